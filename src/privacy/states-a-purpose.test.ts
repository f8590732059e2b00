import { describe, expect, it } from "vitest";
import type { Allowed } from "#domain/allowed.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { EventLog } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";

/** Never called: that it compiles with these marks, and not without them, is the test (`npm run types`). */
function mustNotCompile(log: EventLog, shopId: ShopId, personId: PersonId, leave: Allowed<"learn">): void {
  // @ts-expect-error a history is not read by a person's id
  void log.history(personId, { limit: 1 });
  // @ts-expect-error nor by a record that looks like leave
  void log.history({ shopId, purpose: "learn", personIds: [personId] }, { limit: 1 });
  // @ts-expect-error nor without anything
  void log.histories(undefined, {});
  // @ts-expect-error leave for one purpose is none for another
  const other: Allowed<"personalize"> = leave;
  void other;
}

void mustNotCompile;

describe("every reading of a history states its purpose", () => {
  it("R13: leave that the gate has not made opens nothing, whatever it looks like", async () => {
    const store = await openSqlite(":memory:");
    const forged = [
      { shopId: "s", purpose: "learn", personIds: ["p"] },
      Object.freeze({ shopId: "s", purpose: "personalize", personIds: ["p"] }),
      {},
      null,
      undefined,
      "learn",
    ];
    for (const leave of forged) {
      await expect(async () => store.log.history(leave as unknown as Allowed<Purpose>, { limit: 1 })).rejects.toThrow();
      await expect(async () => store.log.histories([leave as unknown as Allowed<Purpose>], {})).rejects.toThrow();
    }
    await store.close();
  });
});
