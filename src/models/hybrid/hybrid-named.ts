import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { ModelFactory } from "../model.ts";
import { augmented } from "./augmented.ts";
import { switching } from "./switching.ts";
import { weighted } from "./weighted.ts";

/** Models that one name may hold: each is fitted. */
const maxModels = 8;

type Hybrid = {
  readonly example: string;
  readonly fewest: number;
  readonly most: number;
  make(name: string, children: readonly ModelFactory[]): ModelFactory;
};

const hybrids: ReadonlyMap<string, Hybrid> = new Map<string, Hybrid>([
  ["weighted", { example: "weighted(linear,popular)", fewest: 2, most: maxModels, make: weighted }],
  ["switching", { example: "switching(linear,popular)", fewest: 2, most: 2, make: (name, [a, b]) => switching(name, a!, b!) }],
  ["augmented", { example: "augmented(content,linear)", fewest: 2, most: 2, make: (name, [a, b]) => augmented(name, a!, b!) }],
]);

/** For whoever says which names there are. */
export const hybridExamples: readonly string[] = [...hybrids.values()].map(({ example }) => example);

/**
 * The model of that name or the hybrid it describes: `name` or `hybrid(part,part)`, the parts of the same kind. Blanks do not count; the
 * model's name is the text without them. `plain` finds a model that is not a hybrid.
 */
export function hybridNamed(text: string, plain: (name: string) => Result<ModelFactory>): Result<ModelFactory> {
  const compact = text.replace(/\s+/g, "");
  const wrong = (detail: string) => refuse("OPTION_INVALID", `${compact}: ${detail}`);
  const words = compact.match(/[(),]|[^(),]+/g) ?? [];
  const modelsAndHybrids = words.filter((word) => !/^[(),]$/.test(word));
  // So few words cannot be nested so deep that reading them runs out of stack.
  if (modelsAndHybrids.length >= 2 * maxModels || modelsAndHybrids.filter((word) => !hybrids.has(word)).length > maxModels) {
    return wrong(`too long, at most ${maxModels} models in one name`);
  }
  let at = 0;
  const read = part();
  return read.ok && at < words.length ? wrong(`nothing may follow after ${words.slice(0, at).join("")}`) : read;

  function part(): Result<ModelFactory> {
    const start = at;
    const word = words[at++] ?? "";
    if (word === "" || /^[(),]$/.test(word)) return wrong(`a model's name is missing before "${words.slice(start).join("")}"`);
    const hybrid = hybrids.get(word);
    if (hybrid === undefined) return words[at] === "(" ? wrong(`${word} takes no parts; ${[...hybrids.keys()].join(", ")} do`) : plain(word);
    if (words[at] !== "(") return wrong(`${word} wants parts, as in ${hybrid.example}`);
    const children: ModelFactory[] = [];
    do {
      at++;
      const child = part();
      if (!child.ok) return child;
      children.push(child.value);
    } while (words[at] === ",");
    if (words[at++] !== ")") return wrong(`${word}( is not closed`);
    if (children.length >= hybrid.fewest && children.length <= hybrid.most) return succeed(hybrid.make(words.slice(start, at).join(""), children));
    return wrong(
      `${word} takes ${hybrid.fewest === hybrid.most ? hybrid.fewest : `${hybrid.fewest} to ${hybrid.most}`} models, as in ${hybrid.example}`,
    );
  }
}
