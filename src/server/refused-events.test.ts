import { expect, it } from "vitest";
import type { ShopId } from "#domain/ids.ts";
import { createRefusedEvents, type RefusedEvent } from "./refused-events.ts";

const [shop, other] = ["shop" as ShopId, "other" as ShopId];
const refused = (at: number, code: RefusedEvent["code"]): RefusedEvent => ({ at, route: "/v1/batch", code, detail: "", eventName: null });

it("keeps the latest of each shop, and no crowd of drops pushes out what was wrong", () => {
  const events = createRefusedEvents();
  events.add(shop, refused(0, "ID_INVALID"));
  for (let at = 1; at <= 500; at++) events.add(shop, refused(at, "NO_CONSENT"));
  events.add(other, refused(501, "DUPLICATE"));
  events.add(shop, refused(502, "EVENT_INVALID"));
  const latest = events.latest(shop);
  expect(latest).toHaveLength(102);
  expect([latest[0]!.at, latest[1]!.at, latest.at(-1)!.code]).toEqual([502, 500, "ID_INVALID"]);
  expect(events.latest(other).map(({ at }) => at)).toEqual([501]);
  expect(events.latest("nobody" as ShopId)).toEqual([]);
});
