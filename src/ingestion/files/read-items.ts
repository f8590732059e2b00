import { basename } from "node:path";
import { type ItemId, isUsableId } from "#domain/ids.ts";
import { ProblemError, type Result, refuse, succeed } from "#domain/problem.ts";
import { cellMacros, isNumeric, numberOf, textOf } from "./cells-sql.ts";
import { openTable } from "./open-table.ts";
import { columnNamed } from "./read-interactions-columns.ts";
import { valueOfText } from "./read-items-values.ts";
import { refuseDamaged } from "./refuse-damaged.ts";
import { identifier, type TableColumn, type Workbench, withWorkbench } from "./workbench.ts";

export type ReadItems = {
  /** What the file says of each item, by the name of the column. */
  readonly items: ReadonlyMap<ItemId, Readonly<Record<string, string | number | readonly string[]>>>;
  readonly idColumn: string;
  readonly notes: readonly string[];
};

/** What an item's id is called, the surest first. Compared without case, spaces and punctuation. */
const idWords =
  "id itemid item productid movieid sku asin parentasin stockcode articleid filmid trackid songid artistid bookid isbn gameid videoid showid newsid contentid businessid product article movie film track song book game".split(
    " ",
  );

/** Reads a table of items of any format: an id and whatever is said of it. `idColumn`: said by the caller; null: guessed. */
export async function readItems(file: string, idColumn: string | null): Promise<Result<ReadItems>> {
  try {
    return await withWorkbench(undefined, (bench) => readTable(file, idColumn, bench));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ok: false, problem: error.problem };
  }
}

async function readTable(file: string, asked: string | null, bench: Workbench): Promise<Result<ReadItems>> {
  for (const macro of cellMacros()) await bench.run(macro);
  const opened = await openTable(file, bench);
  if (!opened.ok) return opened;
  const { columns, wholeRelation, notes } = opened.value;
  const idName = asked === null ? guessId(columns) : columnNamed(columns, asked);
  if (idName === null) {
    const there = `${basename(file)} has the columns ${columns
      .map(({ name }) => name)
      .slice(0, 40)
      .join(", ")}`;
    return asked === null
      ? refuse("COLUMN_UNGUESSED", `cannot tell which column is the item's id: say --item-id COLUMN. ${there}`)
      : refuse("COLUMN_UNKNOWN", `--item-id ${asked}: ${there}`);
  }
  const others = columns.filter(({ name }) => name !== idName);
  const idCell = `id_of(filled(${textOf(columns.find(({ name }) => name === idName)!)}))`;
  const cells = [idCell, ...others.map(cellOf)];
  const items = new Map<ItemId, Record<string, string | number | readonly string[]>>();
  let left = 0;
  try {
    for await (const [ids = [], ...values] of bench.stream(`SELECT ${cells.join(", ")} FROM ${wholeRelation}`)) {
      for (let row = 0; row < ids.length; row++) {
        const id = ids[row];
        if (typeof id !== "string" || !isUsableId(id)) {
          left++;
          continue;
        }
        // The first word on an item counts.
        if (items.has(id as ItemId)) continue;
        const said: Record<string, string | number | readonly string[]> = Object.create(null);
        for (const [at, { name }] of others.entries()) {
          const cell = values[at]![row];
          const value = typeof cell === "string" ? valueOfText(cell) : typeof cell === "number" && Number.isFinite(cell) ? cell : null;
          if (value !== null) said[name] = value;
        }
        items.set(id as ItemId, said);
      }
    }
  } catch (error) {
    return refuseDamaged(error);
  }
  if (items.size === 0)
    return refuse("FILE_UNREADABLE", `${basename(file)} has no row with an id in the column ${idName}; say another with --item-id`);
  return succeed({ items, idColumn: idName, notes: [...notes, ...(left > 0 ? [`${left} rows of the items without a usable id are left out`] : [])] });
}

function guessId(columns: readonly TableColumn[]): string | null {
  const joined = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return idWords.flatMap((word) => columns.filter(({ name }) => joined(name) === word))[0]?.name ?? null;
}

/** Lists and structures as JSON, numbers as numbers, the rest as text. */
function cellOf(column: TableColumn): string {
  if (/\[|STRUCT|MAP/.test(column.type)) return `CAST(to_json(${identifier(column.name)}) AS VARCHAR)`;
  return isNumeric(column) ? numberOf(column) : `filled(${textOf(column)})`;
}
