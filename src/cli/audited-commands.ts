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
/** The second argument, alike. */
const second = ({ args, options, path }: RunningCommand): PersonName[] => first({ args: args.slice(1), options, path });
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
  backup: ofAll("backup.written"),
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
  "contact suppress": ofShop("contact.suppressed"),
  "contact find": ofShop("contact.found"),
  evaluate: ofAll("events.read"),
  export: ofAll("export.written"),
  forget: about("forgetting.asked"),
  "identity show": about("identities.read"),
  "identity merge": { action: "identities.changed", persons: firstTwo },
  "identity unmerge": { action: "identities.changed", persons: firstTwo },
  "import copy": ofAll("import.read"),
  "import export": ofAll("import.read"),
  "import orders": ofAll("import.read"),
  "key rotate": ofShop("keys.rotated"),
  "notice set": ofShop("notice.published"),
  "policy set": ofShop("policy.changed"),
  records: ofShop("records.read"),
  recommend: { action: "why.read", persons: asked },
  "rights deny": ofShop("rights.changed"),
  "rights export": about("export.written"),
  "rights extend": ofShop("rights.changed"),
  "rights fulfil": ofShop("rights.changed"),
  "rights lift": ofShop("rights.changed"),
  "rights list": ofShop("rights.read"),
  "rights open": { action: "rights.changed", persons: second },
  "rights revoke": ofShop("rights.changed"),
  "rights show": ofShop("rights.read"),
  "rights verify": ofShop("rights.changed"),
  "shop consent": ofShop("consent.asserted"),
  "shop create": { action: "shop.created", shopName: ({ args }) => args[0] },
  "shop keys create": ofShop("key.created"),
  "shop keys revoke": ofShop("key.revoked"),
  tune: ofAll("events.read"),
  "webhook add": ofShop("webhook.changed"),
  "webhook rotate": ofShop("webhook.changed"),
  "webhook remove": ofShop("webhook.changed"),
  "webhook stop": ofShop("webhook.changed"),
  "webhook start": ofShop("webhook.changed"),
  "webhook deliveries": ofShop("webhook.read"),
  "webhook resend": ofShop("webhook.changed"),
};

/** Commands that read nobody's data and change nothing that holds for anybody, or leave their trace elsewhere; and why each is one. */
export const unauditedCommands: Readonly<Record<string, string>> = {
  "audit anchor": "the anchor is the trace",
  "audit verify": "reads the audit log alone, and shows no entry",
  "connect list": "platforms of the shop",
  doctor: "counts, and names nobody",
  "feed add": "products",
  "feed list": "products",
  "feed remove": "products",
  "feed run": "products",
  "import feed": "products",
  "import items": "products",
  "import page": "products",
  "key check": "reads no data, only whether it opens",
  "key kit": "shows a key to whoever has its file, and opens no store",
  "key restore": "makes a key file, and opens no store",
  "migrate-store": "takes the audit log along, as it is",
  "notice list": "what everybody may read",
  "notice show": "what everybody may read",
  "policy list": "laws",
  "policy show": "settings of the shop, shown",
  restore: "brings the audit log of the backup, as it was",
  "retention run": "does what the server does every day",
  "retention show": "counts",
  serve: "what the server does it notes by itself",
  "shop keys list": "tags of keys",
  "shop list": "names of shops",
  size: "counts",
  train: "does what the server does all the time",
  verify: "a document that somebody brings",
  "webhook list": "addresses of the shop's own systems",
  "webhook test": "a message about nobody",
};
