import { stderr, stdout } from "node:process";
import { eventWeight } from "#domain/event-weight.ts";
import { ProblemError, type Result } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import { type EvaluationRequest, evaluate, type Protocol, protocols } from "#evaluation/evaluate.ts";
import { evaluationTable } from "#evaluation/evaluation-table.ts";
import { readMetric } from "#evaluation/named-metric.ts";
import { parts } from "#evaluation/splits.ts";
import type { Interactions } from "#ingestion/files/read-interactions.ts";
import type { InteractionColumns } from "#ingestion/files/read-interactions-columns.ts";
import { modelNamed, models } from "#models/catalogue.ts";
import { type History, stepsOf } from "#models/step.ts";
import type { House } from "#server/compose.ts";
import { commaList, wholeNumber } from "./numbers.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions &
  InteractionColumns & {
    readonly interactions?: string;
    readonly format: string;
    readonly minRating?: string;
    readonly protocol?: string;
    readonly on: string;
    readonly models: string;
    readonly metrics: string;
    readonly seed: number;
  };

type Data = { readonly histories: readonly History[]; readonly timed: boolean; readonly notes: readonly string[] };

const fileColumns = ["user", "item", "time", "event", "rating"] as const;
const formats = ["table", "sequences"] as const;
const peoplePerRead = 200;

const wrong = (detail: string): ProblemError => new ProblemError({ code: "OPTION_INVALID", detail });

function orThrow<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new ProblemError(result.problem);
  return result.value;
}

function oneOf<Name extends string>(option: string, names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw wrong(`${option} ${text}: there is no such one; there are ${names.join(", ")}`);
  return found;
}

function manyOf<Value>(option: string, text: string, read: (word: string) => Value): [Value, ...Value[]] {
  const [first, ...rest] = [...new Set(commaList(text))].map(read);
  if (first === undefined) throw wrong(`${option} names nothing`);
  return [first, ...rest];
}

function numberOf(option: string, text: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw wrong(`${option} ${text}: it must be a number`);
  return number;
}

/** What is asked, but for the protocol: that depends on whether the data has times. Checked before anything is read. */
function requestOf(options: Options): Omit<EvaluationRequest, "protocol"> & { readonly protocol: Protocol | null } {
  return {
    protocol: options.protocol === undefined ? null : oneOf("--protocol", protocols, options.protocol),
    part: oneOf("--on", parts, options.on),
    models: manyOf("--models", options.models, (name) => ({ factory: orThrow(modelNamed(name)), params: {} })),
    metrics: manyOf("--metrics", options.metrics, (text) => orThrow(readMetric(text))),
    seed: options.seed,
  };
}

async function fileData(file: string, options: Options): Promise<Data> {
  const columns = Object.fromEntries(fileColumns.flatMap((field) => (options[field] === undefined ? [] : [[field, options[field]]])));
  const minRating = options.minRating === undefined ? null : numberOf("--min-rating", options.minRating);
  const sequences = oneOf("--format", formats, options.format) === "sequences";
  if (sequences && (Object.keys(columns).length > 0 || minRating !== null)) throw wrong("--format sequences has no columns to name, and no ratings");
  const { readInteractions } = await import("#ingestion/files/read-interactions.ts");
  const { readSequences } = await import("#ingestion/files/read-interactions-sequences.ts");
  return dataOf(orThrow(await (sequences ? readSequences(file) : readInteractions({ file, columns, minRating }))));
}

function dataOf({ byUser, timed, columns, notes }: Interactions): Data {
  // In order of name, so that the numbers do not depend on the order of the rows.
  const users = [...byUser].sort(([a], [b]) => (a < b ? -1 : 1));
  const histories = users.map(([, interactions]) =>
    interactions.flatMap(({ itemId, type, at, order }) => {
      const weight = eventWeight[type];
      return weight === 0 ? [] : [{ itemId, type, weight, quantity: 1, at, basket: order }];
    }),
  );
  const named = Object.entries(columns).map(([field, column]) => `${field} ← ${column}`);
  return {
    histories: histories.filter(({ length }) => length > 0),
    timed,
    notes: named.length > 0 ? [`columns: ${named.join(", ")}`, ...notes] : notes,
  };
}

/** The shop's own log, of the people who allow learning from it. Their order is that of a keyed hash: arbitrary, and always the same. */
async function shopData({ store, gate }: House, { shopId }: Shop): Promise<Data> {
  const upTo = await store.log.head(shopId);
  const people = await store.consents.granted(shopId, "learn");
  const histories: History[] = [];
  for (let start = 0; start < people.length; start += peoplePerRead) {
    const allowed = await gate.allowEach(shopId, people.slice(start, start + peoplePerRead), "learn", upTo);
    const found = await store.log.histories([...allowed.values()], { upTo });
    for (const personId of allowed.keys()) {
      const steps = (found.get(personId) ?? []).flatMap(stepsOf);
      if (steps.length > 0) histories.push(steps);
    }
  }
  if (histories.length === 0)
    throw new ProblemError({ code: "NOT_ENOUGH_DATA", detail: "nobody with events in this shop allows learning from them" });
  return { histories, timed: true, notes: [] };
}

/** `rapport evaluate` */
export const evaluateCommand: CommandFile = (program) => {
  withSharedOptions(program.command("evaluate").description("how good each model is, on the shop's own log or on a file"))
    .option("--interactions <file>", "CSV, TSV, JSONL, JSON or Parquet (also .gz) with who, what, when; without it the shop's log is used")
    .option("--user <column>", "where the guess is wrong; 1, 2, 3 … in a file without names")
    .option("--item <column>")
    .option("--time <column>")
    .option("--event <column>", "view, cart, purchase and the like; without one each row counts in full")
    .option("--rating <column>")
    .option("--min-rating <number>", "leave out rows rated lower; otherwise every row counts, whatever its rating")
    .option("--format <kind>", "table, or sequences: lines of user item item … in the order of time", "table")
    .option("--protocol <name>", "time-split or leave-one-out; time-split unless the data has no times")
    .option("--on <part>", "test, or validation to choose settings by", "test")
    .option("--models <names>", [...models.keys()].join(", "), "linear,popular")
    .option("--metrics <names>", "ndcg, hr, recall, mrr, map, each with the length of the list", "ndcg@10,hr@10,recall@20,mrr@10")
    .option("--seed <number>", "of the resamples and of models that need one", wholeNumber(0, 2 ** 31 - 1), 1)
    .action(async (options: Options) => {
      const { protocol, ...request } = requestOf(options);
      const { interactions: file } = options;
      const lost = fileColumns.find((field) => options[field] !== undefined);
      if (file === undefined && lost !== undefined) throw wrong(`--${lost} names a column of a file: give it with --interactions`);
      const { histories, timed, notes } = file === undefined ? await withShop(options, shopData) : await fileData(file, options);
      if (!timed && protocol === "time-split") throw wrong("--protocol time-split: the file has no times; use leave-one-out");
      const asked = { ...request, protocol: protocol ?? (timed ? "time-split" : "leave-one-out") };
      const evaluation = orThrow(evaluate(histories, null, asked, () => performance.now() / 1000));
      if (options.json) stdout.write(`${JSON.stringify({ ...evaluation, notes })}\n`);
      else {
        for (const note of notes) stderr.write(`${note}\n`);
        stdout.write(evaluationTable(evaluation));
      }
    });
};
