import { type Kysely, type Selectable, sql } from "kysely";
import type { ConsentDecision, ConsentState } from "#domain/consent.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { ConsentStore } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { prepareListed } from "./prepare-listed.ts";
import { decisionFromRow, undecided } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Read with every batch of events: nothing more than is needed. */
const decisionColumns = ["person_id", "purpose", "granted", "at", "source", "notice", "how", "expires_at"] as const;

type DecisionRow = Pick<Selectable<Tables["consents"]>, (typeof decisionColumns)[number]>;

/** Takes in the decisions on each purpose in order of position, so that the last one is the one in force. */
function addDecisions(states: Map<PersonId, Map<Purpose, ConsentDecision>>, rows: readonly DecisionRow[]): void {
  for (const row of rows) {
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

export function createConsentStore(db: Kysely<Tables>): ConsentStore {
  const readCurrent = prepareListed<DecisionRow>((at, shopId, personIds) =>
    at.selectFrom("consents").select(decisionColumns).where("shop_id", "=", shopId).where("person_id", "in", personIds).orderBy("seq"),
  );

  async function current(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlyMap<PersonId, ConsentState>> {
    const states = new Map<PersonId, Map<Purpose, ConsentDecision>>();
    addDecisions(states, await readCurrent(db, shopId, personIds));
    return states;
  }

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
      addDecisions(states, await query.orderBy("seq").execute());
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
    current,
    asOf: (shopId, personIds, seq) => read(shopId, personIds, seq),
    own: (shopId, personIds) => read(shopId, personIds, null, true),

    async granted(shopId: ShopId, purpose: Purpose, limit?: number): Promise<readonly PersonId[]> {
      const everybody = inForce(shopId)
        .select("decision.person_id")
        .where("decision.purpose", "=", purpose)
        .where("decision.granted", "=", 1)
        .orderBy("decision.person_id");
      const rows = await (limit === undefined ? everybody : everybody.limit(limit)).execute();
      return rows.map((row) => row.person_id as PersonId);
    },

    async tally(shopId: ShopId) {
      // People, not their names: a device of somebody who is known counts with them.
      const person = sql`coalesce(people.root_id, decision.person_id)`;
      const rows = await inForce(shopId)
        .leftJoin("people", (join) => join.onRef("people.shop_id", "=", "decision.shop_id").onRef("people.person_id", "=", "decision.person_id"))
        .select([
          "decision.purpose",
          sql<number>`count(distinct case when decision.granted = 1 then ${person} end)`.as("granted"),
          sql<number>`count(distinct ${person})`.as("all"),
        ])
        .groupBy("decision.purpose")
        .orderBy("decision.purpose")
        .execute();
      return rows.map((row) => ({ purpose: row.purpose as Purpose, granted: Number(row.granted), refused: Number(row.all) - Number(row.granted) }));
    },
  };
}
