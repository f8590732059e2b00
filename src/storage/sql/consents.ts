import { type Kysely, sql } from "kysely";
import type { ConsentDecision, ConsentState } from "#domain/consent.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { ConsentStore } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { decisionFromRow, undecided } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Read with every batch of events: nothing more than is needed. */
const decisionColumns = ["person_id", "purpose", "granted", "at", "source", "notice", "how"] as const;

export function createConsentStore(db: Kysely<Tables>): ConsentStore {
  async function read(
    shopId: ShopId,
    personIds: readonly PersonId[],
    upTo: LogSeq | null,
    ownOnly = false,
  ): Promise<ReadonlyMap<PersonId, ConsentState>> {
    const states = new Map<PersonId, Map<Purpose, ConsentDecision>>();
    for (const part of chunk(personIds, 500)) {
      let query = db.selectFrom("consents").select(decisionColumns).where("shop_id", "=", shopId).where("person_id", "in", part);
      if (upTo !== null) query = query.where("seq", "<=", upTo);
      if (ownOnly) query = query.where("own", "=", 1);
      // In order of position, so that the last one written into the map is the one in force.
      for (const row of await query.orderBy("seq").execute()) {
        const decision = decisionFromRow(row);
        let state = states.get(decision.personId);
        if (state === undefined) {
          state = new Map();
          states.set(decision.personId, state);
        }
        if (row.granted === undecided) state.delete(decision.purpose);
        else state.set(decision.purpose, decision);
      }
    }
    return states;
  }

  /** The latest decision a person made on each purpose. */
  const inForce = (shopId: ShopId) =>
    db
      .selectFrom("consents as decision")
      .where("decision.shop_id", "=", shopId)
      .where("decision.granted", "!=", undecided)
      .where("decision.seq", "=", (select) =>
        select
          .selectFrom("consents as later")
          .select((max) => max.fn.max("later.seq").as("seq"))
          .whereRef("later.shop_id", "=", "decision.shop_id")
          .whereRef("later.person_id", "=", "decision.person_id")
          .whereRef("later.purpose", "=", "decision.purpose"),
      );

  return {
    current: (shopId, personIds) => read(shopId, personIds, null),
    asOf: (shopId, personIds, seq) => read(shopId, personIds, seq),
    own: (shopId, personIds) => read(shopId, personIds, null, true),

    async granted(shopId: ShopId, purpose: Purpose): Promise<readonly PersonId[]> {
      const rows = await inForce(shopId)
        .select("decision.person_id")
        .where("decision.purpose", "=", purpose)
        .where("decision.granted", "=", 1)
        .orderBy("decision.person_id")
        .execute();
      return rows.map((row) => row.person_id as PersonId);
    },

    async tally(shopId: ShopId) {
      const rows = await inForce(shopId)
        .select(["decision.purpose", sql<number>`sum(decision.granted)`.as("granted"), sql<number>`count(*)`.as("all")])
        .groupBy("decision.purpose")
        .orderBy("decision.purpose")
        .execute();
      return rows.map((row) => ({ purpose: row.purpose as Purpose, granted: Number(row.granted), refused: Number(row.all) - Number(row.granted) }));
    },
  };
}
