import { weightBetween } from "../linear/weight-rows.ts";
import type { ModelFactory } from "../model.ts";
import type { ParamSpace } from "../params.ts";
import { sequencesOf } from "../session/sequences.ts";
import { countTransitions } from "./transition-rows.ts";

const name = "transitions";
const description = "What came after what, counted: the floor for anything that calls itself sequential";

const space = {
  /** Occasions that a step reaches ahead when learning, and back when asked. */
  window: { kind: "choice", values: [1, 3, 5, 10, 20] },
  /** What one occasion of age takes off what is asked. */
  ageDecay: { kind: "linear", low: 0.3, high: 1 },
  /** What two items of one occasion (a basket, a date) count, either way; they have no order. */
  tieWeight: { kind: "choice", values: [0, 0.5, 1] },
} as const satisfies ParamSpace;

/** score(i) = Σ over the last occasions of strength · 0.8^age · T[item → i]. */
export const transitions: ModelFactory = {
  name,
  needs: "session",
  explains: "sum",
  space,
  fit({ histories }, options) {
    const params = { window: 10, ageDecay: 0.8, tieWeight: 0.5, ...options.params };
    const sequences = sequencesOf(histories);
    const { ids } = sequences;
    const rows = countTransitions(sequences, params.window, params.tieWeight);
    return {
      name,
      needs: "session",
      ids,
      score(query) {
        const values = new Float64Array(ids.size());
        const sources = query.map(({ itemId, age }) => (age < params.window ? ids.indexOf(itemId) : undefined));
        const asked = query.map(({ strength, age }) => strength * Math.min(1, params.ageDecay) ** age);
        for (const [term, source] of sources.entries()) {
          if (source === undefined) continue;
          for (let at = rows.starts[source]!; at < rows.starts[source + 1]!; at++) values[rows.targets[at]!]! += asked[term]! * rows.weights[at]!;
        }
        return {
          values,
          contributionsOf(itemId) {
            const target = ids.indexOf(itemId);
            return Float64Array.from(sources, (source, term) =>
              source === undefined || target === undefined ? 0 : asked[term]! * weightBetween(rows, source, target),
            );
          },
        };
      },
      describe: () => ({ description, params, counts: { items: ids.size(), transitions: rows.weights.length } }),
    };
  },
};
