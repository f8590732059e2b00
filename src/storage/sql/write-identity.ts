import type { Transaction } from "kysely";
import { handsOf, type IdentityLink, identityLimits } from "#domain/identity-link.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import type { IdentityLimit, LogEntry, NameOf } from "../ports.ts";
import type { Dialect } from "./dialect.ts";
import { componentsOf, readGraph, readLinks } from "./identity-graph.ts";
import type { Tables } from "./schema.ts";
import { openNames, sealNames } from "./sealed-names.ts";
import { type Consequences, writeConsequences } from "./write-consequences.ts";

type LinkEntry = Extract<LogEntry, { kind: "link" }>;
type Fresh = { readonly entry: LogEntry; readonly seq: number };

/**
 * Enters what links, cuts and unlinks say into `identity_links`, and what follows from it (who is one person, what is
 * in force for whom) into `people` and `consents`. Answers which links were refused, by position.
 */
export async function writeIdentity(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  fresh: readonly Fresh[],
  consequences: Consequences,
): Promise<ReadonlyMap<number, IdentityLimit>> {
  const refused = new Map<number, IdentityLimit>();
  const touched = new Set<PersonId>();
  for (const { entry, seq } of fresh) {
    if (entry.kind === "link") {
      const limit = await writeLink(transaction, dialect, shopId, entry, seq, touched);
      if (limit === null) continue;
      refused.set(seq, limit);
      await transaction
        .updateTable("log")
        .set({ name: `link refused: ${limit}` })
        .where("seq", "=", seq)
        .execute();
    } else if (entry.kind === "cut") {
      await addNames(transaction, dialect, shopId, [entry.base]);
      const { personId } = entry.name;
      const row = { shop_id: shopId, seq, kind: "cut", person_id: personId, base_id: entry.base.personId, root_id: null, session_id: null };
      await transaction
        .insertInto("identity_links")
        .values({ ...row, at: entry.at, undone_seq: null })
        .execute();
    } else if (entry.kind === "unlink") {
      const rows = await transaction
        .updateTable("identity_links")
        .set({ undone_seq: seq })
        .where("shop_id", "=", shopId)
        .where("undone_seq", "is", null)
        .where(({ or, and, eb }) =>
          or([
            and([eb("person_id", "=", entry.name.personId), eb("root_id", "=", entry.rootId)]),
            and([eb("person_id", "=", entry.rootId), eb("root_id", "=", entry.name.personId)]),
          ]),
        )
        .returning(["person_id", "base_id", "root_id", "session_id"])
        .execute();
      for (const row of rows) for (const id of Object.values(row)) if (id !== null) touched.add(id as PersonId);
    }
  }
  const decided = fresh.flatMap(({ entry }) => (entry.kind === "consent" && entry.name !== null ? [entry.decision.personId] : []));
  await writeConsequences(transaction, shopId, touched, consequences === "derived" ? decided : [], fresh.at(-1)?.seq ?? 0, consequences);
  return refused;
}

async function writeLink(
  transaction: Transaction<Tables>,
  dialect: Dialect,
  shopId: ShopId,
  { name, root, device, at }: LinkEntry,
  seq: number,
  touched: Set<PersonId>,
): Promise<IdentityLimit | null> {
  if (name.personId === root.personId) return null;
  const link: IdentityLink = {
    seq: seq as LogSeq,
    kind: device === null ? "merge" : "claim",
    personId: device?.deviceId ?? name.personId,
    baseId: name.personId,
    rootId: root.personId,
    sessionId: device?.session.personId ?? null,
    at,
    undoneSeq: null,
  };
  const known = await readLinks(transaction, shopId, ["person_id"], device === null ? [name.personId, root.personId] : [link.personId]);
  if (device === null) {
    const pair = [name.personId, root.personId].sort().join();
    if (known.some((one) => one.kind === "merge" && one.undoneSeq === null && [one.personId, one.rootId].sort().join() === pair)) return null;
  } else {
    const hands = handsOf(link.personId, known, at);
    if (hands.rootId === root.personId) return null;
    if (handsOf(link.personId, known, null).shared || known.length >= identityLimits.changesPerDevice) return "device";
  }
  await addNames(transaction, dialect, shopId, [name, root, ...(device === null ? [] : [device.session])]);
  const graph = await readGraph(transaction, shopId, [root.personId, name.personId], [link]);
  const component = componentsOf(graph).find((members) => members.includes(root.personId)) ?? [];
  if (component.length > identityLimits.names && (await countNames(transaction, dialect, shopId, component)) > identityLimits.names) return "names";
  await transaction
    .insertInto("identity_links")
    .values({
      shop_id: shopId,
      seq,
      kind: link.kind,
      person_id: link.personId,
      base_id: link.baseId,
      root_id: link.rootId,
      session_id: link.sessionId,
      at,
      undone_seq: null,
    })
    .execute();
  for (const personId of [link.personId, link.baseId, root.personId, link.sessionId]) if (personId !== null) touched.add(personId);
  if (device === null) return null;
  // A claim can take a device away from whom it seemed to belong to, or from all (a device in a shop).
  for (const { baseId, rootId, sessionId } of known) for (const id of [baseId, rootId, sessionId]) if (id !== null) touched.add(id);
  return handsOf(link.personId, [...known, link], null).shared ? "device" : null;
}

/** Names that nobody has been met under yet; what is known stays. */
export async function addNames(transaction: Transaction<Tables>, dialect: Dialect, shopId: ShopId, names: readonly NameOf[]): Promise<void> {
  const unique = [...new Map(names.map((name) => [name.personId, name])).values()];
  const ids = unique.map(({ personId }) => personId);
  const known = await transaction
    .selectFrom("people")
    .select("person_id")
    .where("shop_id", "=", shopId)
    .where("person_id", "in", ids)
    .where("external_id", "<>", "")
    .execute();
  const met = new Set<string>(known.map(({ person_id }) => person_id));
  const rows = unique.flatMap(({ personId, kind, externalId }) =>
    met.has(personId) ? [] : [{ shop_id: shopId, person_id: personId, kind, external_id: externalId, root_id: personId, met: 0 }],
  );
  if (rows.length === 0) return;
  await transaction
    .insertInto("people")
    .values(await sealNames(transaction, dialect, rows))
    .onConflict((conflict) =>
      conflict
        .columns(["shop_id", "person_id"])
        .doUpdateSet((set) => ({ external_id: set.ref("excluded.external_id") }))
        .where("people.external_id", "=", ""),
    )
    .execute();
}

/** A device is one name, in however many hands it was. */
async function countNames(transaction: Transaction<Tables>, dialect: Dialect, shopId: ShopId, personIds: readonly PersonId[]): Promise<number> {
  const rows = await transaction
    .selectFrom("people")
    .select(["person_id", "external_id"])
    .where("shop_id", "=", shopId)
    .where("person_id", "in", personIds)
    .execute();
  const open = await openNames(transaction, dialect, shopId, rows);
  return new Set(rows.map((row) => open(row) ?? row.person_id)).size;
}
