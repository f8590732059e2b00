import { type Kysely, sql, type Transaction } from "kysely";
import type { PersonId, ShopId } from "#domain/ids.ts";
import { type AuditHead, type AuditRow, type AuditStore, noAuditHead } from "../ports/audit-store.ts";
import { nameKey } from "../ports/forget-store.ts";
import type { NameOf } from "../ports.ts";
import { chunk } from "./chunk.ts";
import { type Dialect, rowsPerStatement } from "./dialect.ts";
import type { Tables } from "./schema.ts";
import { openSealing, type PersonSeals } from "./sealing.ts";
import { findSuppressed } from "./suppressions.ts";

type Db = Kysely<Tables> | Transaction<Tables>;
const atOnce = 500;
/** As it stands in the canonical form of an entry that is about all people of the shop. */
const aboutEverybody = '%"everybody":true%';
/** Tables that show that something of a person is kept. */
const keepers = ["people", "person_keys", "preferences", "consents", "contacts"] as const;

const toRow = ({ seq, entry, hash }: Pick<Tables["audit_entries"], "seq" | "entry" | "hash">): AuditRow => ({ seq: Number(seq), entry, hash });
/** A seal is bound to its own entry. */
const columnOf = (seq: number, position: number) => JSON.stringify(["opening", seq, position]);

export function createAuditStore(db: Kysely<Tables>, dialect: Dialect): AuditStore {
  const sealing = dialect.sealing ?? openSealing;

  const rowsOf = (shopId: ShopId, from: Db = db) => from.selectFrom("audit_entries").select(["seq", "entry", "hash"]).where("shop_id", "=", shopId);

  async function headOf(shopId: ShopId, from: Db): Promise<AuditHead> {
    const row = await rowsOf(shopId, from).orderBy("seq", "desc").limit(1).executeTakeFirst();
    return row === undefined ? noAuditHead : { seq: Number(row.seq), hash: row.hash };
  }

  /** Those who may be named: not forgotten, and of whom something is kept anyway. */
  async function nameable(transaction: Transaction<Tables>, shopId: ShopId, names: readonly NameOf[]): Promise<ReadonlySet<string>> {
    if (names.length === 0) return new Set();
    const suppressed = await findSuppressed(transaction, dialect, shopId, names);
    const asked = names.filter((name) => !suppressed.has(nameKey(name))).map(({ personId }) => personId);
    const found = new Set<string>();
    for (const part of chunk([...new Set(asked)], atOnce))
      for (const table of keepers) {
        const rows = await transaction
          .selectFrom(table)
          .select("person_id")
          .distinct()
          .where("shop_id", "=", shopId)
          .where("person_id", "in", part)
          .execute();
        for (const { person_id } of rows) found.add(person_id);
      }
    return found;
  }

  return {
    async append(shopId, entries) {
      try {
        return await db.transaction().execute(async (transaction) => {
          await dialect.lockLog(transaction, shopId);
          let head = await headOf(shopId, transaction);
          const named = await nameable(
            transaction,
            shopId,
            entries.flatMap(({ openings }) => openings.map(({ name }) => name)),
          );
          const seals = await sealing.writing(transaction, shopId, [...named]);
          const rows: Tables["audit_entries"][] = [];
          const opened: Tables["audit_openings"][] = [];
          for (const { make, at, openings } of entries) {
            const { entry, hash } = make(head);
            head = { seq: head.seq + 1, hash };
            rows.push({ shop_id: shopId, seq: head.seq, entry, hash });
            for (const [position, { name, text }] of openings.entries()) {
              if (!named.has(name.personId)) continue;
              const opening = seals.seal(name.personId, "audit_openings", columnOf(head.seq, position), text);
              opened.push({ shop_id: shopId, seq: head.seq, position, person_id: name.personId, at, opening });
            }
          }
          for (const part of chunk(rows, rowsPerStatement(dialect, 4))) await transaction.insertInto("audit_entries").values(part).execute();
          for (const part of chunk(opened, rowsPerStatement(dialect, 6))) await transaction.insertInto("audit_openings").values(part).execute();
          return head;
        });
      } catch (error) {
        throw dialect.translateError(error);
      }
    },

    head: (shopId) => headOf(shopId, db),

    async read(shopId, after, limit) {
      return (await rowsOf(shopId).where("seq", ">", after).orderBy("seq").limit(limit).execute()).map(toRow);
    },

    async latest(shopId, before, limit) {
      const query = before === null ? rowsOf(shopId) : rowsOf(shopId).where("seq", "<", before);
      return (await query.orderBy("seq", "desc").limit(limit).execute()).map(toRow);
    },

    async openings(shopId, first, last) {
      const rows = await db
        .selectFrom("audit_openings")
        .selectAll()
        .where("shop_id", "=", shopId)
        .where("seq", ">=", first)
        .where("seq", "<=", last)
        .orderBy("seq")
        .orderBy("position")
        .execute();
      const seals: PersonSeals = await sealing.reading(db, shopId, [...new Set(rows.map(({ person_id }) => person_id))]);
      return rows.map(({ seq, position, person_id, at, opening }) => {
        const column = columnOf(Number(seq), position);
        return { seq: Number(seq), position, personId: person_id as PersonId, at, text: openedOrNull(seals, person_id, column, opening) };
      });
    },

    async about(shopId, personIds, limit) {
      const found = new Map<number, AuditRow>();
      for (const part of chunk(personIds, atOnce)) {
        const rows = await rowsOf(shopId)
          .where("seq", "in", (from) =>
            from
              .selectFrom("audit_openings")
              .select("seq")
              .where("shop_id", "=", shopId)
              .where("person_id", "in", part)
              .orderBy("seq", "desc")
              .limit(limit),
          )
          .execute();
        for (const row of rows) found.set(Number(row.seq), toRow(row));
      }
      const everybody = await rowsOf(shopId).where("entry", "like", aboutEverybody).orderBy("seq", "desc").limit(limit).execute();
      for (const row of everybody) found.set(Number(row.seq), toRow(row));
      return [...found.values()].sort((a, b) => b.seq - a.seq).slice(0, limit);
    },

    async namedBetween(shopId, from, to) {
      const rows = await db
        .selectFrom("audit_openings")
        .select(sql<string>`distinct person_id`.as("person_id"))
        .where("shop_id", "=", shopId)
        .where("at", ">=", from)
        .where("at", "<=", to)
        .execute();
      return rows.map(({ person_id }) => person_id as PersonId);
    },
  };
}

/** What was changed cannot be opened; whoever looks at it says so, and goes on. */
function openedOrNull(seals: PersonSeals, personId: string, column: string, opening: string): string | null {
  try {
    return seals.open(personId, "audit_openings", column, opening);
  } catch {
    return null;
  }
}
