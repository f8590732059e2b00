import type { Transaction } from "kysely";
import { byGpc, byGpcAcknowledged, byGuardian, type ConsentDecision } from "#domain/consent.ts";
import type { IdentityEdge } from "#domain/identity-link.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import { decidable, ofAge, type Purpose } from "#domain/purpose.ts";
import { chunk } from "./chunk.ts";
import { foldConsents, type OwnDecision } from "./fold-consents.ts";
import { componentsOf, readGraph } from "./identity-graph.ts";
import { decisionExtras, decisionFromRow, undecided } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Of decisions that follow from others: worked out, or ("as they are") written by whoever restores a log. Who is whom is always worked out. */
export type Consequences = "derived" | "as they are";

/**
 * After links have changed around `touched`, and `decided` have answered anew: writes down who is one person, and
 * whatever is now in force for a name and was not decided under it, each as an entry of the log.
 */
export async function writeConsequences(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  touched: ReadonlySet<PersonId>,
  decided: readonly PersonId[],
  cause: number,
  consequences: Consequences,
): Promise<void> {
  const seeds = await affected(transaction, shopId, touched, decided);
  if (seeds.length === 0) return;
  const graph = await readGraph(transaction, shopId, seeds);
  if (touched.size > 0) await writeRoots(transaction, shopId, componentsOf(graph));
  if (consequences === "derived") await writeDerived(transaction, shopId, [...graph.nodes], graph.edges, cause);
}

/** Whoever is touched, with all who were one person with them until now; of those who answered, those who share a person. */
async function affected(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  touched: ReadonlySet<PersonId>,
  decided: readonly PersonId[],
): Promise<PersonId[]> {
  const found = new Set<PersonId>(touched);
  for (const part of chunk([...new Set([...touched, ...decided])], 500)) {
    const asked = await transaction
      .selectFrom("people")
      .select(["person_id", "root_id"])
      .where("shop_id", "=", shopId)
      .where("person_id", "in", part)
      .execute();
    const roots = [...new Set(asked.map((row) => row.root_id))];
    if (roots.length === 0) continue;
    const members = await transaction
      .selectFrom("people")
      .select(["person_id", "root_id"])
      .where("shop_id", "=", shopId)
      .where("root_id", "in", roots)
      .execute();
    const byRoot = Map.groupBy(members, (row) => row.root_id);
    for (const { person_id, root_id } of asked) {
      const together = byRoot.get(root_id) ?? [];
      if (together.length > 1 || touched.has(person_id as PersonId)) for (const row of together) found.add(row.person_id as PersonId);
    }
  }
  return [...found];
}

async function writeRoots(transaction: Transaction<Tables>, shopId: ShopId, components: readonly (readonly PersonId[])[]): Promise<void> {
  const people = new Map<string, Tables["people"]>();
  for (const part of chunk(components.flat(), 500)) {
    const rows = await transaction.selectFrom("people").selectAll().where("shop_id", "=", shopId).where("person_id", "in", part).execute();
    for (const row of rows) people.set(row.person_id, row);
  }
  for (const members of components) {
    const rows = members.flatMap((personId) => people.get(personId) ?? []);
    const customers = rows.filter((row) => row.kind === "customer");
    // The same whatever came first.
    const rootId = (customers.length > 0 ? customers : rows).map((row) => row.person_id).sort()[0];
    const moved = rows.filter((row) => row.root_id !== rootId).map((row) => row.person_id);
    if (rootId === undefined || moved.length === 0) continue;
    await transaction.updateTable("people").set({ root_id: rootId }).where("shop_id", "=", shopId).where("person_id", "in", moved).execute();
  }
}

const meant: ReadonlySet<string | null> = new Set([byGuardian, byGpc, byGpcAcknowledged]);
/** How a decision came about, where it counts for more by that; under another name it does so too. */
const keptHow = ({ purpose, how }: ConsentDecision) => (purpose === ofAge || meant.has(how) ? how : null);

async function writeDerived(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  personIds: readonly PersonId[],
  edges: readonly IdentityEdge[],
  cause: number,
): Promise<void> {
  const own: OwnDecision[] = [];
  const inForce = new Map<string, ConsentDecision | null>();
  for (const part of chunk(personIds, 500)) {
    const rows = await transaction
      .selectFrom("consents")
      .selectAll()
      .where("shop_id", "=", shopId)
      .where("person_id", "in", part)
      .orderBy("seq")
      .execute();
    for (const row of rows) {
      const decision = decisionFromRow(row);
      if (row.own === 1) own.push({ decision, seq: row.seq, over: row.granted === undecided });
      inForce.set(`${row.person_id} ${row.purpose}`, row.granted === undecided ? null : decision);
    }
  }
  const derived: { personId: PersonId; purpose: Purpose; decision: ConsentDecision | null }[] = [];
  for (const [personId, state] of foldConsents(personIds, edges, own)) {
    for (const [purpose, decision] of state) {
      const now = inForce.get(`${personId} ${purpose}`);
      const isSame = now?.granted === decision.granted && now.source === decision.source && keptHow(now) === keptHow(decision);
      if (!isSame || (now.expiresAt ?? null) !== (decision.expiresAt ?? null)) derived.push({ personId, purpose, decision });
    }
    for (const purpose of decidable) {
      const now = inForce.get(`${personId} ${purpose}`) ?? null;
      if (now !== null && !state.has(purpose)) derived.push({ personId, purpose, decision: null });
    }
  }
  for (const part of chunk(derived, 500)) await writeDecisions(transaction, shopId, part, cause);
}

async function writeDecisions(
  transaction: Transaction<Tables>,
  shopId: ShopId,
  derived: readonly { personId: PersonId; purpose: Purpose; decision: ConsentDecision | null }[],
  cause: number,
): Promise<void> {
  const { at } = await transaction.selectFrom("log").select("received_at as at").where("seq", "=", cause).executeTakeFirstOrThrow();
  const messageId = (personId: PersonId, purpose: Purpose) => `rapport:follows:${cause}:${personId}:${purpose}`;
  const inserted = await transaction
    .insertInto("log")
    .values(
      derived.map(({ personId, purpose, decision }) => ({
        shop_id: shopId,
        kind: "consent",
        person_id: personId,
        message_id: messageId(personId, purpose),
        name: `${purpose}: ${decision === null ? "not asked" : decision.granted ? "yes" : "no"}`,
        occurred_at: at,
        received_at: at,
        type: null,
        order_id: null,
        session_id: null,
        recommendation_id: null,
        currency: null,
        refused: "",
        lines: "[]",
        impression: null,
        detail: JSON.stringify({ follows: cause }),
      })),
    )
    .returning(["seq", "message_id"])
    .execute();
  const seqOf = new Map(inserted.map((row) => [row.message_id, row.seq]));
  await transaction
    .insertInto("consents")
    .values(
      derived.map(({ personId, purpose, decision }) => ({
        shop_id: shopId,
        person_id: personId,
        purpose,
        seq: seqOf.get(messageId(personId, purpose))!,
        granted: decision === null ? undecided : decision.granted ? 1 : 0,
        at: decision?.at ?? at,
        source: decision?.source ?? "person",
        notice: decision?.notice ?? null,
        how: decision === null || decision.personId === personId ? (decision?.how ?? null) : (keptHow(decision) ?? "merge"),
        own: 0,
        ...decisionExtras(decision ?? {}),
      })),
    )
    .execute();
}
