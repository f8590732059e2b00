import type { Shop } from "#domain/shop.ts";
import { createAssertConsents } from "#ingestion/gorse/assert-consents.ts";
import { commonFeedbackKinds, type FeedbackKinds } from "#ingestion/gorse/feedback-kinds.ts";
import { createNoteShown, type NoteShown } from "#ingestion/gorse/note-shown.ts";
import { createRemoveFeedback, type RemoveFeedback } from "#ingestion/gorse/remove-feedback.ts";
import { createStoreFeedback, type StoreFeedback } from "#ingestion/gorse/store-feedback.ts";
import { createGorseAnswers, type GorseAnswers } from "#serving/gorse/answers.ts";
import type { House } from "./compose.ts";

export type GorseSettings = {
  /** The shop that a request without a shop's key means; null: every request needs a key, as when Gorse has an api_key. */
  readonly openShop: (() => Promise<Shop>) | null;
  /** True: the open shop may be reached from other machines and from any web page. */
  readonly openToNetwork: boolean;
  /** Does calling the API say that the users agreed? */
  readonly assertsConsent: boolean;
  readonly kinds: FeedbackKinds;
};

/** Every shop by its own key, feedback types as they are commonly meant. */
export const closedGorse: GorseSettings = { openShop: null, openToNetwork: false, assertsConsent: true, kinds: commonFeedbackKinds };

export type GorseServices = {
  readonly answers: GorseAnswers;
  readonly storeFeedback: StoreFeedback;
  readonly removeFeedback: RemoveFeedback;
  readonly noteShown: NoteShown;
};

/** What the Gorse-compatible API does, put together from the house. */
export function createGorseServices(house: House, { assertsConsent, kinds }: GorseSettings): GorseServices {
  const { store, personIds, ingest, clock } = house;
  const assertConsents = createAssertConsents({ store, recordConsents: house.recordConsents, asserts: assertsConsent });
  return {
    answers: createGorseAnswers(house),
    storeFeedback: createStoreFeedback({ store, personIds, assertConsents, ingest, kinds, clock }),
    removeFeedback: createRemoveFeedback({ store, clock }),
    noteShown: createNoteShown({ store, personIds, assertConsents, clock }),
  };
}
