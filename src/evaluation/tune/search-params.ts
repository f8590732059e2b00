import { createSeededRandom, type SeededRandom } from "#kernels/seeded-random.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import type { Model, ModelFactory } from "#models/model.ts";
import type { ParamSpace, Params } from "#models/params.ts";
import { ratingScaleOf } from "../foretell.ts";
import { measure } from "../measure.ts";
import type { NamedMetric } from "../named-metric.ts";
import type { Fold } from "../protocols/protocol.ts";
import type { Question } from "../question.ts";
import { paramsUsed } from "../try-model.ts";
import { planSettings } from "./plan-settings.ts";
import { drawSetting, varySetting } from "./propose-params.ts";
import { createRace, expectedShare, rungsOf } from "./rungs.ts";

export type Search = {
  readonly factory: ModelFactory;
  /** Not varied. */
  readonly fixed: Params;
  /** Of the validation part. */
  readonly fold: Fold;
  readonly content: ItemContent | null;
  readonly metric: NamedMetric;
  readonly seed: number;
  /** No setting is begun after this moment; the last fit and asking of the winner is to be done by `endSeconds`. */
  readonly endSeconds: number;
  /** Settings to try beside the defaults; null: as many as the time allows. */
  readonly trials: number | null;
  /** Questions that the winner will be asked in the end. */
  readonly testQuestions: number;
};

export type Found = {
  /** What to fit with: the fixed ones alone where the defaults won, so that they follow the larger data. */
  readonly params: Params;
  /** On all validation questions. */
  readonly best: number;
  readonly defaults: number;
  /** Settings begun, the defaults included, and those of them that were asked everything. */
  readonly tried: number;
  readonly finished: number;
  /** What fitting and asking the winner in the end is thought to take. */
  readonly lastSeconds: number;
};

/** Part of the settings that is drawn at random; the rest looks near the best. */
const randomShare = 1 / 2;
/** Of a parameter's range: how far the first and the last of those near the best may be from it. */
const reach = { first: 0.25, last: 0.05 } as const;
/** After each fit so many ways of asking the best model are tried, where a model can be asked in other ways: they need no fit. */
const asksPerFit = { fewest: 4, most: 32 } as const;
/** Of drawing one that was not tried yet. */
const attempts = 30;

type Judged = { readonly params: Params; readonly used: Params; readonly loss: number; readonly model: Model };

/** Looks for parameters that are good on the validation questions; the defaults are always among those tried. */
export function searchParams(search: Search, secondsSinceStart: () => number): Found {
  const { factory, fixed, fold, seed } = search;
  const random = createSeededRandom(seed);
  const questions = random.shuffle(fold.questions);
  const rungs = rungsOf(questions.length);
  const race = createRace();
  const judge = createJudge(search, questions, rungs, secondsSinceStart);
  const asks = askingSpace(factory, fixed);
  const askRace = createRace();
  const first = judge(fixed, race.pass, Number.POSITIVE_INFINITY)!;
  let best = first.judged!;
  const asksEach = Object.keys(asks).length === 0 ? 0 : planAsks(first.fitSeconds, first.askSeconds * expectedShare(rungs));
  const each = first.fitSeconds + first.askSeconds * expectedShare(rungs) * (1 + asksEach);
  const last = first.fitSeconds + (first.askSeconds / questions.length) * search.testQuestions;
  const end = search.endSeconds - last;
  const free = Object.keys(factory.space).filter((name) => !Object.hasOwn(fixed, name));
  const planned = free.length === 0 ? 0 : (search.trials ?? planSettings(end - secondsSinceStart(), each));
  const known = new Set([nameOf(fixed), nameOf(best.used)]);
  const randomly = Math.ceil(planned * randomShare);
  let [tried, finished] = [1, 1];
  const mayGoOn = () => secondsSinceStart() < end && tried <= (search.trials ?? Number.POSITIVE_INFINITY);
  // The defaults may be asked in other ways before anything else is fitted.
  for (let turn = -1; turn < planned && mayGoOn(); turn++) {
    const progress = (turn - randomly) / Math.max(1, planned - randomly - 1);
    const propose = (): Params =>
      turn < randomly
        ? drawSetting(factory.space, fixed, first.judged!.used, random)
        : varySetting(factory.space, fixed, best.used, reach.first + (reach.last - reach.first) * progress, random);
    // Where a space is small, none may be left.
    const params = turn < 0 ? null : fresh(propose, known);
    if (params !== null) note(judge(params, race.pass, search.endSeconds));
    for (let ask = 0; ask < asksEach && mayGoOn(); ask++) {
      const asking = fresh(() => ({ ...best.params, ...askOtherwise(asks, best.used, Math.max(0, progress), random) }), known);
      if (asking !== null) note(judge(asking, askRace.pass, search.endSeconds, best.model));
    }
  }
  function note({ judged }: Outcome): void {
    tried++;
    if (judged === null) return;
    finished++;
    if (judged.loss < best.loss) best = judged;
  }
  const toldOf = (loss: number) => (search.metric.answers === "ratings" ? loss : -loss);
  return { params: best.params, best: toldOf(best.loss), defaults: toldOf(first.judged!.loss), tried, finished, lastSeconds: last };
}

type Outcome = {
  /** Null: fell behind, or the time was over. */
  readonly judged: Judged | null;
  readonly fitSeconds: number;
  readonly askSeconds: number;
};

function createJudge(
  { factory, fold, content, metric, seed }: Search,
  questions: readonly Question[],
  rungs: readonly number[],
  secondsSinceStart: () => number,
): (params: Params, pass: (rung: number, loss: number) => boolean, endSeconds: number, asked?: Model) => Outcome {
  const scale = metric.answers === "ratings" ? ratingScaleOf(fold.learn) : null;
  return (params, pass, endSeconds, fitted) => {
    const start = secondsSinceStart();
    const model = fitted?.askedWith?.(params) ?? factory.fit({ histories: fold.learn, content }, { seed, params });
    const fitSeconds = secondsSinceStart() - start;
    let [sum, count, asked, judged] = [0, 0, 0, null as Judged | null];
    for (const [rung, until] of rungs.entries()) {
      const { sums, counts } = measure(model, questions.slice(asked, until), [metric], scale);
      for (const [at, value] of sums[0]!.entries()) [sum, count] = [sum + value, count + counts[at]!];
      asked = until;
      const loss = metric.answers === "ratings" ? metric.finish(sum / count) : -sum / count;
      const goesOn = pass(rung, loss);
      if (until === questions.length) judged = { params, used: paramsUsed(factory, params, model).params, loss, model };
      else if (!goesOn || secondsSinceStart() >= endSeconds) break;
    }
    return { judged, fitSeconds, askSeconds: secondsSinceStart() - start - fitSeconds };
  };
}

/** As many as take half of a fit's time: a power of two, as the number of settings is, so that a little more or less time changes nothing. */
function planAsks(fitSeconds: number, askSeconds: number): number {
  const fit = fitSeconds / 2 / Math.max(askSeconds, 0.001);
  return Math.min(asksPerFit.most, Math.max(asksPerFit.fewest, 2 ** Math.round(Math.log2(Math.max(fit, 1)))));
}

/** The free parameters that only change how a model is asked. */
function askingSpace({ space, asking = [] }: ModelFactory, fixed: Params): ParamSpace {
  return Object.fromEntries(Object.entries(space).filter(([name]) => asking.includes(name) && !Object.hasOwn(fixed, name)));
}

/** Near the way in which the best model was asked; in the beginning from all of the range as often. */
function askOtherwise(asks: ParamSpace, used: Params, progress: number, random: SeededRandom): Params {
  const base = Object.fromEntries(Object.keys(asks).map((name) => [name, used[name]!]));
  return random.next() < (1 - progress) / 2 ? drawSetting(asks, {}, base, random) : varySetting(asks, {}, base, reach.first, random);
}

function fresh(propose: () => Params, known: Set<string>): Params | null {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const params = propose();
    const name = nameOf(params);
    if (known.has(name)) continue;
    known.add(name);
    return params;
  }
  return null;
}

const nameOf = (params: Params) => JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
