import type { RowResult } from "./run-row.ts";

/** What is kept of a row: figures to four digits, nothing that could be computed from them. */
export function summaryOf({ evaluation, choices, floors }: RowResult) {
  const { dataset, test, protocol, cutAt, cases, repeats, seed, results, comparisons } = evaluation;
  return {
    protocol: { name: protocol, cutAt, cases, repeats, seed, dataset, test },
    floors,
    models: results.map(({ model, params, settings, items, fitSeconds, scoreSeconds, metrics }) => ({
      model,
      metrics: rounded(metrics),
      params,
      settings,
      items,
      seconds: { fit: digits(fitSeconds), ask: digits(scoreSeconds) },
    })),
    lessTheFirst: Object.fromEntries(comparisons.map(({ model, metrics }) => [model, rounded(metrics)])),
    chosenOnValidation: choices.map(({ model, defaults, best, tried, seconds }) => ({
      model,
      defaults: digits(defaults),
      best: digits(best),
      tried,
      seconds: Math.round(seconds),
    })),
  };
}

const digits = (value: number) => Math.round(value * 1e4) / 1e4;

const rounded = (metrics: Readonly<Record<string, Readonly<Record<string, number>>>>) =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, one]) => [name, Object.fromEntries(Object.entries(one).map(([key, value]) => [key, digits(value)]))]),
  );
