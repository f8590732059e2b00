import type { EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { ProblemCode } from "#domain/problem.ts";

/** A message that was not stored, for whoever looks for the reason. Never holds an id, a name or anything of a body. */
export type RefusedEvent = {
  readonly at: EpochMs;
  /** The route it came by, as the route is written ("/v1/batch"). */
  readonly route: string;
  readonly code: ProblemCode | "DUPLICATE";
  /** Names the field; never quotes its value. */
  readonly detail: string;
  /** The event's name where it is one the protocols know; what else a client may have put there is not kept. */
  readonly eventName: string | null;
};

export type RefusedEvents = {
  add(shopId: ShopId, refused: RefusedEvent): void;
  /** The latest first. */
  latest(shopId: ShopId): readonly RefusedEvent[];
};

/** Of each shop: of what was dropped as it should be, and of what was wrong; the one must not push the other out. */
const perRing = 100;
const dropped: ReadonlySet<RefusedEvent["code"]> = new Set(["NO_CONSENT", "DUPLICATE"]);

/** The last refusals of each shop, in memory only: a window to look through, not a record. */
export function createRefusedEvents(): RefusedEvents {
  let number = 0;
  const rings = new Map<string, { readonly kept: { readonly number: number; readonly refused: RefusedEvent }[]; next: number }>();
  const ringKey = (shopId: ShopId, isDropped: boolean) => `${shopId} ${isDropped}`;
  return {
    add(shopId, refused) {
      const key = ringKey(shopId, dropped.has(refused.code));
      let ring = rings.get(key);
      if (ring === undefined) {
        ring = { kept: [], next: 0 };
        rings.set(key, ring);
      }
      ring.kept[ring.next] = { number: number++, refused };
      ring.next = (ring.next + 1) % perRing;
    },
    latest(shopId) {
      const kept = [true, false].flatMap((isDropped) => rings.get(ringKey(shopId, isDropped))?.kept ?? []);
      return kept.sort((a, b) => b.number - a.number).map(({ refused }) => refused);
    },
  };
}
