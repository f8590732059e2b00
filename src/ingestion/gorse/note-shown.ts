import type { Clock } from "#domain/clock.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { Store } from "#storage/ports.ts";
import type { AssertConsents } from "./assert-consents.ts";
import { feedbackKeyOf } from "./feedback.ts";

/**
 * Gorse's write-back: what was just recommended counts as read from a moment on, so that it is not offered again. It is kept as feedback
 * that a client can read, but is no event of the log: the person did nothing, and a model that learnt from its own answers would only
 * learn itself.
 */
export function createNoteShown(deps: {
  readonly store: Pick<Store, "gorse">;
  readonly personIds: PersonIds;
  readonly assertConsents: AssertConsents;
  readonly clock: Clock;
}) {
  const { store, personIds, assertConsents, clock } = deps;
  return async function noteShown(
    shopId: ShopId,
    shown: { readonly userId: string; readonly itemIds: readonly ItemId[]; readonly feedbackType: string; readonly delayMs: number },
  ): Promise<void> {
    const { userId, feedbackType, itemIds } = shown;
    const name = await personIds.of(shopId, "customer", userId);
    if (!(await assertConsents(shopId, [name])).has(name.personId)) return;
    const keys = itemIds.map((itemId) => ({ feedbackType, userId, itemId }));
    const known = new Set((await store.gorse.feedbackAt(shopId, keys)).map(feedbackKeyOf));
    const at = { ms: clock() + shown.delayMs, nanos: 0 };
    await store.gorse.putFeedback(
      shopId,
      keys
        .filter((key) => !known.has(feedbackKeyOf(key)))
        .map((key) => ({ ...key, personId: name.personId, value: 0, at, updatedAt: at, labels: "null", comment: "", messageIds: [], revision: 0 })),
    );
  };
}
export type NoteShown = ReturnType<typeof createNoteShown>;
