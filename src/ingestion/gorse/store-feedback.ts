import type { Clock, EpochMs } from "#domain/clock.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { PersonIds } from "#privacy/person-ids.ts";
import type { GorseFeedbackRow } from "#storage/ports/gorse-store.ts";
import type { NameOf, Store } from "#storage/ports.ts";
import type { Ingest } from "../ingest.ts";
import type { AssertConsents } from "./assert-consents.ts";
import { type FeedbackMode, feedbackKeyOf, foldFeedback, type GorseFeedback } from "./feedback.ts";
import type { FeedbackKinds } from "./feedback-kinds.ts";
import { unknownItem } from "./item.ts";
import { type FeedbackPlan, feedbackMessageId, planFeedback } from "./plan-feedback.ts";
import { takeBack } from "./take-back.ts";

const messagesPerBatch = 5_000;
/** Revisions that are looked at in one go for one that was not taken back. */
const revisionsPerLook = 64;

export type StoreFeedback = (shopId: ShopId, list: readonly GorseFeedback[], mode: FeedbackMode) => Promise<number>;

/**
 * The life of a feedback: consent → what it changes (plan-feedback) → the event into the log → what it replaces is taken back → users and
 * items nobody described → the row that a Gorse client reads back. The log comes first and its message ids repeat: whatever is cut off
 * in between is made good by sending the same again. Answers with how many of the list were stored.
 */
export function createStoreFeedback(deps: {
  readonly store: Pick<Store, "log" | "gorse" | "catalogue">;
  readonly personIds: PersonIds;
  readonly assertConsents: AssertConsents;
  readonly ingest: Ingest;
  readonly kinds: FeedbackKinds;
  readonly clock: Clock;
}): StoreFeedback {
  const { store, personIds, assertConsents, ingest, kinds, clock } = deps;
  /** One request a shop at a time: what a value adds up to depends on the one before. */
  const running = new Map<ShopId, Promise<unknown>>();

  /** Answers with the plans that are in the log now. */
  async function appendEvents(shopId: ShopId, plans: readonly FeedbackPlan[]): Promise<FeedbackPlan[]> {
    const silent = plans.filter(({ message }) => message === null);
    const telling = plans.filter(({ message }) => message !== null);
    const outcomes = await ingest(
      shopId,
      telling.map(({ message }) => message!),
    );
    const stored = telling.filter((_, at) => outcomes[at]!.kind === "ok" || (outcomes[at]!.kind === "drop" && outcomes[at]!.reason === "DUPLICATE"));
    const repeated = telling.filter((_, at) => outcomes[at]!.kind === "drop" && outcomes[at]!.reason === "DUPLICATE");
    if (repeated.length === 0) return [...silent, ...stored];
    // Deleted earlier and now told anew: the old event was taken back for good, so this is another one.
    const takenBack = await store.gorse.takenBack(
      shopId,
      repeated.map(({ message }) => message!.event.messageId),
    );
    const again = repeated.filter(({ message }) => takenBack.has(message!.event.messageId));
    const anew = await Promise.all(again.map((plan) => nextRevision(shopId, plan)));
    const rest = stored.filter((plan) => !again.includes(plan));
    return anew.length === 0 ? [...silent, ...rest] : [...silent, ...rest, ...(await appendEvents(shopId, anew))];
  }

  async function nextRevision(shopId: ShopId, { row, ...plan }: FeedbackPlan): Promise<FeedbackPlan> {
    let revision = row.revision + 1;
    const idAt = (at: number) => feedbackMessageId(row, at);
    for (;;) {
      const ids = Array.from({ length: revisionsPerLook }, (_, ahead) => idAt(revision + ahead));
      const takenBack = await store.gorse.takenBack(shopId, ids);
      const free = ids.findIndex((id) => !takenBack.has(id));
      if (free < 0) {
        revision += revisionsPerLook;
        continue;
      }
      const messageId = ids[free]!;
      const message = { ...plan.message!, event: { ...plan.message!.event, messageId } };
      return { ...plan, message, row: { ...row, revision: revision + free, messageIds: [messageId] } };
    }
  }

  async function storeBatch(shopId: ShopId, list: readonly GorseFeedback[], mode: FeedbackMode, now: EpochMs): Promise<number> {
    const folded = foldFeedback(list, mode);
    const people = new Map<string, NameOf>();
    for (const { userId } of folded.values()) if (!people.has(userId)) people.set(userId, await personIds.of(shopId, "customer", userId));
    const mayBeStored = await assertConsents(shopId, [...people.values()]);
    const allowed = [...folded.values()].filter(({ userId }) => mayBeStored.has(people.get(userId)!.personId));
    const known = new Map((await store.gorse.feedbackAt(shopId, allowed)).map((row) => [feedbackKeyOf(row), row]));
    const plans = allowed.map((feedback) =>
      planFeedback(feedback, known.get(feedbackKeyOf(feedback)), { personId: people.get(feedback.userId)!.personId, mode, kinds, now }),
    );
    const stored = await appendEvents(shopId, plans);
    await store.log.append(
      shopId,
      stored.flatMap(({ row, takesBack }) => (takesBack.length === 0 ? [] : [takeBack(row, takesBack, now)])),
    );
    const rows = stored.map(({ row }) => row);
    await describeMissing(shopId, rows, now);
    await store.gorse.putFeedback(shopId, rows);
    const keys = new Set(rows.map(feedbackKeyOf));
    return list.filter((feedback) => keys.has(feedbackKeyOf(feedback))).length;
  }

  async function describeMissing(shopId: ShopId, rows: readonly GorseFeedbackRow[], now: EpochMs): Promise<void> {
    const itemIds = [...new Set(rows.map(({ itemId }) => itemId))];
    if (itemIds.length === 0) return;
    const described = await store.catalogue.get(shopId, itemIds);
    const missing = itemIds.filter((itemId: ItemId) => !described.has(itemId));
    if (missing.length > 0)
      await store.catalogue.addMissing(
        shopId,
        missing.map((itemId) => unknownItem(itemId, now)),
      );
    const users = new Map(rows.map(({ personId, userId }) => [userId, { personId, userId, labels: "null", comment: "" }]));
    await store.gorse.addMissingUsers(shopId, [...users.values()]);
  }

  async function storeAll(shopId: ShopId, list: readonly GorseFeedback[], mode: FeedbackMode): Promise<number> {
    let stored = 0;
    for (let start = 0; start < list.length; start += messagesPerBatch)
      stored += await storeBatch(shopId, list.slice(start, start + messagesPerBatch), mode, clock());
    return stored;
  }

  return (shopId, list, mode) => {
    const before = running.get(shopId) ?? Promise.resolve();
    const work = before.catch(() => {}).then(() => storeAll(shopId, list, mode));
    running.set(shopId, work);
    return work.finally(() => {
      if (running.get(shopId) === work) running.delete(shopId);
    });
  };
}
