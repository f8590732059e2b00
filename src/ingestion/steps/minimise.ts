import type { ShopEvent } from "#domain/event.ts";
import { changeOpen, type Step } from "../draft.ts";

const maxNameLength = 120;

/**
 * Keeps what a purpose needs and nothing else. Addresses, traits, pages and search words never got this far; here goes
 * the thread back to what was shown, unless its person allows measuring.
 */
export const minimise: Step = async (batch) =>
  changeOpen(batch, (draft) => {
    const { event } = draft.message;
    const kept: ShopEvent = {
      ...event,
      name: event.name.slice(0, maxNameLength),
      recommendationId: draft.measured ? event.recommendationId : null,
      receivedAt: batch.receivedAt,
      refused: draft.refused,
      impression: null,
    };
    return { ...draft, entries: [...draft.entries, { kind: "event", name: draft.names[0]!, event: kept }] };
  });
