import type { EpochMs } from "#domain/clock.ts";
import type { EventType } from "#domain/event.ts";
import type { ItemId } from "#domain/ids.ts";
import { ProblemError, type Result, refuse, succeed } from "#domain/problem.ts";
import { cellMacros } from "./cells-sql.ts";
import { openTable } from "./open-table.ts";
import { type InteractionColumns, settleColumns } from "./read-interactions-columns.ts";
import { eventTypeNamed } from "./read-interactions-event-names.ts";
import { withNumberedHeader } from "./read-interactions-headerless.ts";
import { stageInteractions } from "./read-interactions-stage.ts";
import { sniffFile } from "./sniff-file.ts";
import { takeSamples } from "./table-samples.ts";
import { type Workbench, withWorkbench } from "./workbench.ts";

/** Somebody did something with an item. */
export type Interaction = {
  readonly itemId: ItemId;
  readonly type: EventType;
  readonly at: EpochMs;
  /** Purchases of one order share it; null where the file knows no orders. */
  readonly order: string | null;
  /** Absent where there is none, or none that is a number. */
  readonly rating?: number;
};

export type Interactions = {
  /** By the file's name of the user, in the file's order. */
  readonly byUser: ReadonlyMap<string, readonly Interaction[]>;
  /** False: `at` is a place in an order, not a time. */
  readonly timed: boolean;
  readonly columns: InteractionColumns;
  readonly notes: readonly string[];
};

export type InteractionsRequest = {
  readonly file: string;
  /** Said by the caller; wins over the guess. */
  readonly columns: InteractionColumns;
  /** Rows rated lower are left out; null: every row counts, whatever its rating. */
  readonly minRating: number | null;
  /** A file without a column of times may be read too: `at` is then the place in the file, and `timed` is false. */
  readonly timeOptional?: boolean;
};

/** Where lists are asked for; a rating is asked for as it is. */
export const everyRatingCounts = "every row counts, whatever its rating; --min-rating leaves out the lower ones";

/** Unknown words shown to the caller; more than this is not a column of events. */
const mostWordsShown = 8;

/**
 * Reads a table of any format, one interaction a row: who, what, when. Where there is no column of events, each row
 * counts in full, as a purchase does.
 */
export async function readInteractions(request: InteractionsRequest): Promise<Result<Interactions>> {
  try {
    return await withWorkbench(undefined, (bench) => readTable(request, bench));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ok: false, problem: error.problem };
  }
}

async function readTable(
  { file, columns: asked, minRating, timeOptional = false }: InteractionsRequest,
  bench: Workbench,
): Promise<Result<Interactions>> {
  for (const macro of cellMacros()) await bench.run(macro);
  const sniffed = await sniffFile(file);
  if (!sniffed.ok) return sniffed;
  const numbered = await withNumberedHeader(sniffed.value, Object.values(asked), bench.folder);
  const opened = await openTable(numbered ?? file, bench);
  if (!opened.ok) return opened;
  const samples = await takeSamples(opened.value, bench);
  if (!samples.ok) return samples;
  if (samples.value.every(({ values }) => values.length === 0))
    return refuse("FILE_UNREADABLE", "the file has column names but no rows; export it again");
  const settled = settleColumns(samples.value, asked, timeOptional);
  if (!settled.ok) return settled;
  const columns = settled.value;
  if (minRating !== null && columns.rating === undefined) {
    return refuse("COLUMN_UNGUESSED", "--min-rating needs a column of ratings: say --rating COLUMN");
  }
  const staged = await stageInteractions(opened.value, columns, minRating, bench);
  if (!staged.ok) return staged;
  const types = columns.event === undefined ? null : await readEventTypes(columns.event, bench);
  if (types !== null && !types.ok) return types;
  const byUser = await collect(staged.value.usable, types?.value ?? null, bench);
  const notes = [
    ...(numbered === null ? [] : ["the file has no column names: they are called 1, 2, 3 …"]),
    ...(columns.rating !== undefined && minRating === null ? [everyRatingCounts] : []),
    ...(columns.time === undefined ? ["there is no column of times: the order of the rows is kept"] : []),
    ...staged.value.notes,
  ];
  return succeed({ byUser, timed: columns.time !== undefined, columns, notes });
}

async function readEventTypes(column: string, bench: Workbench): Promise<Result<ReadonlyMap<string, EventType>>> {
  const rows = await bench.rows("SELECT DISTINCT event FROM raw WHERE event IS NOT NULL ORDER BY event LIMIT 1000");
  const words = rows.map(([word]) => String(word));
  const unknown = words.filter((word) => eventTypeNamed(word) === null);
  if (unknown.length === 0) return succeed(new Map(words.map((word) => [word, eventTypeNamed(word)!])));
  const list = unknown.length > mostWordsShown ? `${unknown.length} different values` : unknown.map((word) => word.slice(0, 40)).join(", ");
  return refuse(
    "OPTION_INVALID",
    `--event ${column}: not the name of an event: ${list}. Known are view, click, cart, wishlist, purchase, return and the like`,
  );
}

async function collect(usable: string, types: ReadonlyMap<string, EventType> | null, bench: Workbench): Promise<Map<string, Interaction[]>> {
  const byUser = new Map<string, Interaction[]>();
  // Each id is kept once, however many rows name it.
  const items = new Map<string, ItemId>();
  for await (const [users = [], itemIds = [], times = [], events = [], orders = [], ratings = []] of bench.stream(usable)) {
    for (let row = 0; row < users.length; row++) {
      const type = types === null ? "purchase" : types.get(String(events[row]));
      if (type === undefined) continue;
      const [user, item, at] = [String(users[row]), String(itemIds[row]), Number(times[row])];
      const itemId = items.get(item) ?? (item as ItemId);
      items.set(item, itemId);
      const known = byUser.get(user);
      const rating = ratings[row];
      const order = orderOf(orders[row], type, at, types !== null);
      const interaction = typeof rating === "number" ? { itemId, type, at, order, rating } : { itemId, type, at, order };
      if (known === undefined) byUser.set(user, [interaction]);
      else known.push(interaction);
    }
  }
  return byUser;
}

/** Where the file tells purchases from the rest but has no numbers of orders, what was bought at one time is one. */
function orderOf(cell: unknown, type: EventType, at: EpochMs, hasEvents: boolean): string | null {
  if (type !== "purchase") return null;
  return typeof cell === "string" ? cell : hasEvents ? `at ${at}` : null;
}
