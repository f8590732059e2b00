import { type AnonymousId, type CustomerId, isUsableId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { AuditAction } from "#privacy/audit/audit-actions.ts";
import type { RunningCommand } from "./running-command.ts";

export type CommandRule = {
  readonly action: AuditAction;
  readonly persons?: (command: RunningCommand) => readonly PersonName[];
  readonly everybody?: true;
  /** The shop that it made. */
  readonly shopName?: (command: RunningCommand) => string | undefined;
};

const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });
const visitor = (id: string): PersonName => ({ customerId: null, anonymousId: id as AnonymousId });

/** The first argument: a customer, or a visitor where `--anonymous` says so. */
const first = ({ args, options }: RunningCommand): PersonName[] => {
  const [id] = args;
  if (id === undefined || !isUsableId(id)) return [];
  return [options.anonymous === true ? visitor(id) : customer(id)];
};
const firstTwo = ({ args }: RunningCommand): PersonName[] => args.slice(0, 2).filter(isUsableId).map(customer);
const asked = ({ options }: RunningCommand): PersonName[] =>
  typeof options.customer === "string" && isUsableId(options.customer) ? [customer(options.customer)] : [];

const ofShop = (action: AuditAction): CommandRule => ({ action });
const about = (action: AuditAction): CommandRule => ({ action, persons: first });
const ofAll = (action: AuditAction): CommandRule => ({ action, everybody: true });

/** Commands that read or change somebody's data, or what holds for the shop. */
export const auditedCommands: Readonly<Record<string, CommandRule>> = {
  "audit show": ofShop("audit.read"),
  "audit export": ofShop("audit.exported"),
  "breach open": ofShop("breach.opened"),
  "breach list": ofShop("breach.read"),
  "breach show": ofShop("breach.read"),
  "breach notice": ofShop("breach.read"),
  "breach affected": ofAll("breach.read"),
  "breach close": ofShop("breach.closed"),
  "connect shopify": ofShop("connection.added"),
  "connect woocommerce": ofShop("connection.added"),
  "connect remove": ofShop("connection.removed"),
  "connect requests": ofShop("rights.read"),
  "contact set": about("contact.changed"),
  "contact show": about("contact.read"),
  "contact delete": about("contact.deleted"),
  "contact find": ofShop("contact.found"),
  evaluate: ofAll("events.read"),
  export: ofAll("export.written"),
  forget: about("forgetting.asked"),
  "identity show": about("identities.read"),
  "identity merge": { action: "identities.changed", persons: firstTwo },
  "identity unmerge": { action: "identities.changed", persons: firstTwo },
  "key rotate": ofShop("keys.rotated"),
  recommend: { action: "why.read", persons: asked },
  "shop consent": ofShop("consent.asserted"),
  "shop create": { action: "shop.created", shopName: ({ args }) => args[0] },
  "shop keys create": ofShop("key.created"),
  "shop keys revoke": ofShop("key.revoked"),
  "webhook add": ofShop("webhook.changed"),
  "webhook rotate": ofShop("webhook.changed"),
  "webhook remove": ofShop("webhook.changed"),
  "webhook stop": ofShop("webhook.changed"),
  "webhook start": ofShop("webhook.changed"),
  "webhook deliveries": ofShop("webhook.read"),
};
