import type { Command } from "commander";
import { orThrow, ProblemError } from "#domain/problem.ts";
import type { EvaluationRequest, ModelToTry } from "#evaluation/evaluation.ts";
import { readMetric } from "#evaluation/named-metric.ts";
import { cuts } from "#evaluation/protocols/protocol.ts";
import { type ProtocolName, protocolNames, protocols } from "#evaluation/protocols/protocols.ts";
import type { InteractionColumns } from "#ingestion/files/read-interactions-columns.ts";
import { modelNamed, models } from "#models/catalogue.ts";
import type { ModelFactory } from "#models/model.ts";
import { paramFault } from "#models/params.ts";
import { canRate } from "./can-rate.ts";
import { wholeNumber } from "./numbers.ts";
import type { SharedOptions } from "./program.ts";

// What `evaluate` and `tune` have in common: the options, and what is made of them before anything is read.

export type EvaluationOptions = SharedOptions &
  InteractionColumns & {
    readonly interactions?: string;
    readonly test?: string;
    readonly items?: string;
    readonly itemId?: string;
    readonly format: string;
    readonly minRating?: string;
    readonly protocol?: string;
    readonly repeats?: true;
    readonly cut?: string;
    readonly folds?: string;
    readonly sessionGapMinutes?: string;
    readonly maxCases?: string;
    readonly models?: string;
    readonly metrics?: string;
    readonly set: readonly string[];
    readonly seed: number;
  };

const defaultFolds = 5;

export const wrong = (detail: string): ProblemError => new ProblemError({ code: "OPTION_INVALID", detail });

export function withEvaluationOptions(command: Command): Command {
  return command
    .option("--interactions <file>", "CSV, TSV, JSONL, JSON or Parquet (also .gz) with who, what, when; without it the shop's log is used")
    .option("--test <file>", "ask for what this file holds, learn from all of --interactions")
    .option("--items <file>", "what is known of the items: an id, and any other columns, lists or texts")
    .option("--item-id <column>", "of --items, where the guess is wrong")
    .option("--user <column>", "where the guess is wrong; 1, 2, 3 … in a file without names")
    .option("--item <column>")
    .option("--time <column>")
    .option("--event <column>", "view, cart, purchase and the like; without one each row counts in full")
    .option("--rating <column>")
    .option("--order <column>", "rows of one order are one basket")
    .option("--min-rating <number>", "leave out rows rated lower; otherwise every row counts, whatever its rating")
    .option("--format <kind>", "table, or sequences: lines of user item item … in the order of time", "table")
    .option("--protocol <name>", `${protocolNames.join(", ")}; time-split unless the data has no times, then leave-one-out`)
    .option("--repeats", "what a user had before may be recommended, and is right when it comes again")
    .option("--cut <kind>", "of next-basket: last (everybody's last basket) or time (everybody's first after one moment)")
    .option("--folds <number>", `of rating: ${defaultFolds} unless said otherwise`)
    .option("--session-gap-minutes <number>", "of session: a longer pause parts a history into sessions")
    .option("--max-cases <number>", "ask at most so many, drawn by seed")
    .option("--models <names>", `${[...models.keys()].join(", ")}; a comma between them`)
    .option("--metrics <names>", "ndcg, hr, recall, mrr, map, each with the length of the list (ndcg@10); rmse, mae of ratings")
    .option("--set <model.param=value>", "fix a parameter; may be said again", (text: string, all: readonly string[]) => [...all, text], [])
    .option("--seed <number>", "of whatever is drawn: splits, resamples, models", wholeNumber(0, 2 ** 31 - 1), 1);
}

export function oneOf<Name extends string>(option: string, names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw wrong(`${option} ${text}: there is no such one; there are ${names.join(", ")}`);
  return found;
}

/** A number from `least` on; `whole`: without a fraction. */
export function numberFrom(option: string, text: string, least: number, whole: boolean): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(number) || number < least || (whole && !Number.isSafeInteger(number))) {
    throw wrong(`${option} ${text}: it must be a ${whole ? "whole " : ""}number${Number.isFinite(least) ? `, ${least} or more` : ""}`);
  }
  return number;
}

/** "a,b(c,d)" → ["a", "b(c,d)"], each once: commas within parentheses belong to a name. */
export function nameList(option: string, text: string): [string, ...string[]] {
  const names: string[] = [];
  let [depth, name] = [0, ""];
  for (const char of `${text},`) {
    depth += char === "(" ? 1 : char === ")" ? -1 : 0;
    if (char === "," && depth === 0) {
      names.push(name.trim());
      name = "";
    } else name += char;
  }
  if (depth !== 0) throw wrong(`${option} ${text}: a parenthesis is not closed`);
  const [first, ...rest] = new Set(names.filter((one) => one !== ""));
  if (first === undefined) throw wrong(`${option} names nothing`);
  return [first, ...rest];
}

/** The request for one protocol, from the test part on; refuses what does not fit it. */
export function requestOf(options: EvaluationOptions, protocol: ProtocolName, defaultModels: string): EvaluationRequest {
  const { answers, repeatsByDefault, defaultMetrics } = protocols[protocol];
  const only = (option: string, given: unknown, ...fits: readonly ProtocolName[]) => {
    if (given !== undefined && !fits.includes(protocol)) throw wrong(`${option} is of --protocol ${fits.join(", ")}, not of ${protocol}`);
  };
  only("--repeats", options.repeats, "time-split", "leave-one-out", "session", "next-basket");
  only("--cut", options.cut, "next-basket");
  only("--folds", options.folds, "rating");
  only("--session-gap-minutes", options.sessionGapMinutes, "session");
  const [firstMetric, ...metrics] = nameList("--metrics", options.metrics ?? defaultMetrics).map((text) => orThrow(readMetric(text)));
  for (const { name, answers: fits } of [firstMetric!, ...metrics]) {
    if (fits !== answers)
      throw wrong(
        `--metrics ${name}: --protocol ${protocol} has ${answers === "ratings" ? "rmse, mae" : "ndcg, hr, recall, mrr, map, each with the length of the list"}`,
      );
  }
  return {
    protocol,
    part: "test",
    models: modelsOf(options, answers, defaultModels),
    metrics: [firstMetric!, ...metrics],
    seed: options.seed,
    repeats: options.repeats ?? repeatsByDefault,
    cut: oneOf("--cut", cuts, options.cut ?? "last"),
    folds: options.folds === undefined ? defaultFolds : numberFrom("--folds", options.folds, 2, true),
    firstFoldOnly: false,
    sessionGapMinutes: options.sessionGapMinutes === undefined ? null : numberFrom("--session-gap-minutes", options.sessionGapMinutes, 0, false),
    maxCases: options.maxCases === undefined ? null : numberFrom("--max-cases", options.maxCases, 1, true),
  };
}

function modelsOf({ models: text, set }: EvaluationOptions, answers: "list" | "ratings", byDefault: string): ModelToTry[] {
  const raters = () => [...models.values()].filter(canRate).map(({ name }) => name);
  const wanted = text ?? (answers === "ratings" ? raters().join(",") : byDefault);
  const factories = nameList("--models", wanted).map((name) => orThrow(modelNamed(name)));
  for (const factory of factories) {
    if (answers === "ratings" && !canRate(factory)) {
      throw wrong(`--models ${factory.name}: it does not predict ratings; those that do are ${raters().join(", ") || "none yet"}`);
    }
  }
  const params = new Map(factories.map((factory) => [factory, {} as Record<string, number>]));
  for (const setting of set) {
    const { factory, name, value } = readSetting(setting, factories);
    params.get(factory)![name] = value;
  }
  return factories.map((factory) => ({ factory, params: params.get(factory)! }));
}

function readSetting(text: string, factories: readonly ModelFactory[]): { factory: ModelFactory; name: string; value: number } {
  const equals = text.lastIndexOf("=");
  const factory = factories.toSorted((a, b) => b.name.length - a.name.length).find((one) => text.startsWith(`${one.name}.`));
  if (equals < 0 || factory === undefined) {
    throw wrong(`--set ${text}: write MODEL.PARAM=NUMBER, with a model of --models: ${factories.map((one) => one.name).join(", ")}`);
  }
  const name = text.slice(factory.name.length + 1, equals);
  const written = text.slice(equals + 1).trim();
  const value = written === "" ? Number.NaN : Number(written);
  const fault = paramFault(factory.space, name, value);
  if (fault !== null) throw wrong(`--set ${text}: ${fault}`);
  return { factory, name, value };
}
