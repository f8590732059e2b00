import type { PersonId, ShopId } from "#domain/ids.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import type { ClaimedMessage } from "#storage/ports/webhook-store.ts";

/** Of these purposes those that the person still says yes to. */
export type StillGranted = (shopId: ShopId, personId: PersonId, purposes: readonly Purpose[]) => Promise<ReadonlySet<Purpose>>;

type Body = { readonly data?: { readonly purposes?: Readonly<Record<string, unknown>> } };

/** A yes in a message that has waited. */
function grantedIn(body: Body): Purpose[] {
  return Object.entries(body.data?.purposes ?? {}).flatMap(([purpose, granted]) => (granted === true && isPurpose(purpose) ? [purpose] : []));
}

/**
 * The message without the yeses that were taken back while it waited; null: nothing is left of it. A receiver that hears of a yes
 * after the no would act on what nobody allows any more. A no is told however late.
 */
export async function onlyGranted(shopId: ShopId, message: ClaimedMessage, stillGranted: StillGranted): Promise<ClaimedMessage | null> {
  if (message.personId === null || message.type !== "consent.changed") return message;
  const body = JSON.parse(message.body) as Body;
  const granted = grantedIn(body);
  if (granted.length === 0) return message;
  const still = await stillGranted(shopId, message.personId, granted);
  const over = new Set<string>(granted.filter((purpose) => !still.has(purpose)));
  if (over.size === 0) return message;
  const left = Object.entries(body.data?.purposes ?? {}).filter(([purpose]) => !over.has(purpose));
  return left.length === 0 ? null : { ...message, body: JSON.stringify({ ...body, data: { ...body.data, purposes: Object.fromEntries(left) } }) };
}
