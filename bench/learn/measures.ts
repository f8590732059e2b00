import { createSeededRandom } from "#kernels/seeded-random.ts";
import { topK } from "#kernels/top-k.ts";
import { linear } from "#models/linear/linear.ts";
import { createLinearModel } from "#models/linear/linear-model.ts";
import { linearParams, settledFor } from "#models/linear/linear-params.ts";
import { createLinearSolver } from "#models/linear/linear-solver.ts";
import { peopleSource } from "#models/linear/source.ts";
import type { Model, ServableModel } from "#models/model.ts";
import { popularityOf } from "#models/popular/popularity-of.ts";
import { queryOf } from "#models/query.ts";
import type { History } from "#models/step.ts";

export const seed = 1;
const listLength = 100;
const queryEvents = 50;

/** `cpuSeconds` is of all threads of this process: what is left to compare when others keep the machine busy. */
export function timed<Value>(run: () => Value): { readonly value: Value; readonly seconds: number; readonly cpuSeconds: number } {
  const cpuStart = process.cpuUsage();
  const start = performance.now();
  const value = run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuStart);
  return { value, seconds, cpuSeconds: (user + system) / 1e6 };
}

export type Learnt = {
  readonly model: ServableModel;
  readonly countSeconds: number;
  readonly solveSeconds: number;
  /** Of both, all threads. */
  readonly cpuSeconds: number;
  readonly pairs: number;
};

/** What `linear.fit` does, phase by phase. */
export function learn(histories: readonly History[]): Learnt {
  const counting = timed(() => peopleSource.ofHistories(histories, [], linearParams()));
  const { ids, days, pairs, counts } = counting.value;
  const params = settledFor(ids.size(), linearParams());
  const solving = timed(() => {
    const { rows } = createLinearSolver().solve(counting.value, null, params, null);
    return createLinearModel({
      name: linear.name,
      description: "measured",
      ids,
      rows,
      popularity: popularityOf(days),
      features: null,
      params: { ...params },
      counts,
    });
  });
  return {
    model: solving.value,
    countSeconds: counting.seconds,
    solveSeconds: solving.seconds,
    cpuSeconds: counting.cpuSeconds + solving.cpuSeconds,
    pairs: pairs.columns.length / 2,
  };
}

export type Kept = { readonly model: ServableModel; readonly bytes: number; readonly saveSeconds: number; readonly loadSeconds: number };

/** Saves and loads; the model that was loaded is the one that answers. */
export function keep(model: ServableModel): Kept {
  const saved = timed(() => model.save());
  const loaded = timed(() => linear.load(saved.value));
  return { model: loaded.value, bytes: saved.value.length, saveSeconds: saved.seconds, loadSeconds: loaded.seconds };
}

export type AnswerTimes = { readonly p50: number; readonly p99: number /** The mean of what this thread computed. */; readonly cpu: number };

/** Milliseconds from a history of 50 events to the first 100 of the whole catalogue, for so many histories. */
export function answerTimes(model: Model, histories: readonly History[], asked: number): AnswerTimes {
  const random = createSeededRandom(seed);
  // Histories of one length: the ends of long ones, several short ones together.
  const everything = random.shuffle(histories).flat();
  const questions = Array.from({ length: asked }, (_, at) => {
    const start = (at * queryEvents) % Math.max(1, everything.length - queryEvents);
    return everything.slice(start, start + queryEvents);
  });
  const answer = (question: History) => model.best?.(queryOf(question), listLength, []) ?? topK(model.score(queryOf(question)).values, listLength);
  for (const question of questions.slice(0, 200)) answer(question);
  // The system tells a thread's time in steps of milliseconds: only the sum means something.
  const cpuStart = process.threadCpuUsage();
  const times = questions.map((question) => timed(() => answer(question)).seconds * 1000).sort((a, b) => a - b);
  const { user, system } = process.threadCpuUsage(cpuStart);
  return { p50: times[Math.floor(asked / 2)]!, p99: times[Math.floor(asked * 0.99)]!, cpu: (user + system) / 1000 / asked };
}

/** The slope of log y over log x: y grows as x to that power. */
export function exponentOf(xs: readonly number[], ys: readonly number[]): number {
  const [logX, logY] = [xs.map(Math.log), ys.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanX, meanY] = [mean(logX), mean(logY)];
  const together = logX.reduce((sum, x, at) => sum + (x - meanX) * (logY[at]! - meanY), 0);
  return together / logX.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
}
