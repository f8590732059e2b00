import { eventWeight } from "#domain/event-weight.ts";
import { orThrow, ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { EvaluationData } from "#evaluation/evaluation.ts";
import type { Given } from "#evaluation/protocols/protocol.ts";
import { type ProtocolName, protocols } from "#evaluation/protocols/protocols.ts";
import type { Interaction, Interactions } from "#ingestion/files/read-interactions.ts";
import type { InteractionColumns } from "#ingestion/files/read-interactions-columns.ts";
import { attributesOf } from "#models/content/attributes-of.ts";
import { createItemContent } from "#models/content/create-item-content.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import { type History, inOrder, stepsOf } from "#models/step.ts";
import type { House } from "#server/compose.ts";
import { type EvaluationOptions, numberFrom, oneOf, wrong } from "./evaluation-options.ts";
import { withShop } from "./open-shop.ts";

export type ReadData = EvaluationData & { readonly notes: readonly string[] };

const fileColumns = ["user", "item", "time", "event", "rating", "order"] as const;
const formats = ["table", "sequences"] as const;
const peoplePerRead = 200;

/** Protocols that make sense of rows without times. */
const timeless: readonly (ProtocolName | null)[] = ["rating", "strong-generalization"];

/** What is evaluated: a file, or the shop's own log. `protocol`: null where it is not said. */
export async function readData(options: EvaluationOptions, protocol: ProtocolName | null): Promise<ReadData> {
  const { interactions: file, items, itemId } = options;
  const lost = [...fileColumns, "test", "minRating" as const].find((option) => options[option as keyof EvaluationOptions] !== undefined);
  if (file === undefined && lost !== undefined) throw wrong(`--${dashed(lost)} goes with a file: give it with --interactions`);
  if (items === undefined && itemId !== undefined) throw wrong("--item-id names a column of a file: give it with --items");
  const described = items === undefined ? null : await readContent(items, itemId ?? null);
  const data = file === undefined ? await withShop(options, shopData) : await fileData(file, options, timeless.includes(protocol));
  if (described === null) return data;
  return { ...data, content: described.content, notes: [...data.notes, ...described.notes] };
}

/** The protocol that was asked for, or the one that suits the data; refuses one that the data cannot answer. */
export function protocolFor(asked: ProtocolName | null, { timed }: Pick<ReadData, "timed">, { cut }: EvaluationOptions): ProtocolName {
  const protocol = asked ?? (timed ? "time-split" : "leave-one-out");
  if (!timed && protocols[protocol].needsTimes) throw wrong(`--protocol ${protocol}: the file has no times; use leave-one-out`);
  if (!timed && cut === "time") throw wrong("--cut time: the file has no times; use --cut last");
  return protocol;
}

const dashed = (option: string) => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

async function readContent(file: string, idColumn: string | null): Promise<{ content: ItemContent; notes: readonly string[] }> {
  const { readItems } = await import("#ingestion/files/read-items.ts");
  const { items, idColumn: id, notes } = orThrow(await readItems(file, idColumn));
  return { content: createItemContent(items), notes: [`items: ${items.size} described, by ${id}`, ...notes] };
}

async function fileData(file: string, options: EvaluationOptions, timeOptional: boolean): Promise<ReadData> {
  const asked: InteractionColumns = Object.fromEntries(
    fileColumns.flatMap((field) => (options[field] === undefined ? [] : [[field, options[field]]])),
  );
  const minRating = options.minRating === undefined ? null : numberFrom("--min-rating", options.minRating, Number.NEGATIVE_INFINITY, false);
  const sequences = oneOf("--format", formats, options.format) === "sequences";
  if (sequences && (Object.keys(asked).length > 0 || minRating !== null)) throw wrong("--format sequences has no columns to name, and no ratings");
  const { readInteractions } = await import("#ingestion/files/read-interactions.ts");
  const { readSequences } = await import("#ingestion/files/read-interactions-sequences.ts");
  const read = (path: string, columns: InteractionColumns) =>
    sequences ? readSequences(path) : readInteractions({ file: path, columns, minRating, timeOptional });
  let first = await read(file, asked);
  // Numbered orders are times of a kind.
  if (!first.ok && first.problem.code === "COLUMN_UNGUESSED" && asked.order !== undefined && asked.time === undefined) {
    const numbered = await read(file, { ...asked, time: asked.order });
    if (numbered.ok) first = numbered;
  }
  const learnt = orThrow(first);
  const byUser = historiesOf(learnt);
  const data = { histories: [...byUser.values()], content: null, timed: learnt.timed, notes: notesOf(learnt) };
  if (options.test === undefined) return { ...data, given: null };
  const same = await read(options.test, learnt.columns);
  const test = same.ok || same.problem.code !== "COLUMN_UNKNOWN" ? orThrow(same) : orThrow(await read(options.test, asked));
  const given = [...historiesOf(test)].map(([user, history]): Given => ({ past: byUser.get(user) ?? [], asked: history }));
  const strangers = given.filter(({ past }) => past.length === 0).length;
  const notes = [...data.notes, `test: ${given.length} users, ${strangers} of them not in --interactions`, ...test.notes];
  return { ...data, given, notes: [...new Set(notes)] };
}

/** In order of name, so that the numbers do not depend on the order of the rows; each in order of time. */
function historiesOf({ byUser }: Interactions): Map<string, History> {
  const users = [...byUser].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    users.flatMap(([user, interactions]) => {
      const steps = interactions.flatMap(toStep);
      return steps.length === 0 ? [] : [[user, inOrder(steps)] as const];
    }),
  );
}

function toStep({ itemId, type, at, order, rating }: Interaction) {
  const weight = eventWeight[type];
  const step = { itemId, type, weight, quantity: 1, at, basket: order };
  return weight === 0 ? [] : [rating === undefined ? step : { ...step, rating }];
}

function notesOf({ columns, notes }: Interactions): readonly string[] {
  const named = Object.entries(columns).map(([field, column]) => `${field} ← ${column}`);
  return named.length > 0 ? [`columns: ${named.join(", ")}`, ...notes] : notes;
}

/** The shop's own log, of the people who allow learning from it. Their order is that of a keyed hash: arbitrary, and always the same. */
async function shopData({ store, gate }: House, { shopId }: Shop): Promise<ReadData> {
  const upTo = await store.log.head(shopId);
  const people = await store.consents.granted(shopId, "learn");
  const histories: History[] = [];
  for (let start = 0; start < people.length; start += peoplePerRead) {
    const allowed = await gate.allowEach(shopId, people.slice(start, start + peoplePerRead), "learn", upTo);
    const found = await store.log.histories([...allowed.values()], { upTo });
    for (const personId of allowed.keys()) {
      const steps = (found.get(personId) ?? []).flatMap(stepsOf);
      if (steps.length > 0) histories.push(inOrder(steps));
    }
  }
  if (histories.length === 0)
    throw new ProblemError({ code: "NOT_ENOUGH_DATA", detail: "nobody with events in this shop allows learning from them" });
  const catalogue = await store.catalogue.all(shopId);
  const content = createItemContent(new Map(catalogue.map((item) => [item.itemId, attributesOf(item)])));
  return { histories, given: null, content, timed: true, notes: [] };
}
