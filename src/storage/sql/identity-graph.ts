import type { Kysely } from "kysely";
import { edgesOf, type IdentityEdge, type IdentityLink } from "#domain/identity-link.ts";
import type { LogSeq, PersonId, ShopId } from "#domain/ids.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";

function linkFromRow(row: Tables["identity_links"]): IdentityLink {
  return {
    seq: row.seq as LogSeq,
    kind: row.kind as IdentityLink["kind"],
    personId: row.person_id as PersonId,
    baseId: row.base_id as PersonId,
    rootId: row.root_id as PersonId | null,
    sessionId: row.session_id as PersonId | null,
    at: row.at,
    undoneSeq: row.undone_seq as LogSeq | null,
  };
}

type LinkColumn = "person_id" | "base_id" | "root_id" | "session_id";
export const linkColumns: readonly LinkColumn[] = ["person_id", "base_id", "root_id", "session_id"];

/** The links that name one of these in one of the columns, oldest first. Each column has its index. */
export async function readLinks(
  db: Kysely<Tables>,
  shopId: ShopId,
  columns: readonly LinkColumn[],
  personIds: readonly PersonId[],
): Promise<IdentityLink[]> {
  const links = new Map<number, IdentityLink>();
  for (const part of chunk(personIds, 500)) {
    // One search by index a column; with "or" SQLite would read every link of the shop.
    const [first, ...others] = columns.map((column) =>
      db.selectFrom("identity_links").selectAll().where("shop_id", "=", shopId).where(column, "in", part),
    );
    const rows = await others.reduce((query, other) => query.unionAll(other), first!).execute();
    for (const row of rows) links.set(row.seq, linkFromRow(row));
  }
  return [...links.values()].sort((a, b) => a.seq - b.seq);
}

export type IdentityGraph = { readonly nodes: ReadonlySet<PersonId>; readonly edges: readonly IdentityEdge[] };

/** All names that are one person with one of `seeds`, and what ties them; `more` is taken to be said already. */
export async function readGraph(
  db: Kysely<Tables>,
  shopId: ShopId,
  seeds: readonly PersonId[],
  more: readonly IdentityLink[] = [],
): Promise<IdentityGraph> {
  const links = new Map<number, IdentityLink>(more.map((link) => [link.seq, link]));
  const nodes = new Set<PersonId>(seeds);
  const readBases = new Set<PersonId>();
  let frontier = [...nodes];
  for (;;) {
    for (const link of await readLinks(db, shopId, linkColumns, frontier)) links.set(link.seq, link);
    // Whose a device is depends on everybody who claimed it.
    for (const personId of frontier) readBases.add(personId);
    const bases = new Set([...links.values()].flatMap(({ kind, baseId }) => (kind === "claim" && !readBases.has(baseId) ? [baseId] : [])));
    for (const link of await readLinks(db, shopId, ["base_id"], [...bases])) links.set(link.seq, link);
    for (const baseId of bases) readBases.add(baseId);
    const edges = edgesOf([...links.values()]);
    const next = new Set<PersonId>();
    for (const { a, b } of edges) {
      if (nodes.has(a) && !nodes.has(b)) next.add(b);
      if (nodes.has(b) && !nodes.has(a)) next.add(a);
    }
    if (next.size === 0) return { nodes, edges: edges.filter(({ a, b }) => nodes.has(a) && nodes.has(b)) };
    for (const personId of next) nodes.add(personId);
    frontier = [...next];
  }
}

/** The names that are one person, each person once. */
export function componentsOf({ nodes, edges }: IdentityGraph): PersonId[][] {
  const neighbours = new Map<PersonId, PersonId[]>([...nodes].map((node) => [node, []]));
  for (const { a, b } of edges) {
    neighbours.get(a)!.push(b);
    neighbours.get(b)!.push(a);
  }
  const seen = new Set<PersonId>();
  const components: PersonId[][] = [];
  for (const node of nodes) {
    if (seen.has(node)) continue;
    seen.add(node);
    const component = [node];
    for (const member of component) {
      for (const next of neighbours.get(member)!) {
        if (seen.has(next)) continue;
        seen.add(next);
        component.push(next);
      }
    }
    components.push(component);
  }
  return components;
}
