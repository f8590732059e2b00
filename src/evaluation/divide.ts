import { type Result, refuse, succeed } from "#domain/problem.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import type { EvaluationData, EvaluationRequest } from "./evaluation.ts";
import type { Division, Fold } from "./protocols/protocol.ts";
import { protocols } from "./protocols/protocols.ts";

type Asked = Pick<EvaluationRequest, "protocol" | "maxCases" | "part" | "seed" | "repeats" | "cut" | "folds" | "firstFoldOnly" | "sessionGapMinutes">;

/** What is learnt from and what is asked for; refuses with NOT_ENOUGH_DATA when that is nothing. */
export function divide({ histories, given, timed }: Pick<EvaluationData, "histories" | "given" | "timed">, request: Asked): Result<Division> {
  const protocol = protocols[request.protocol];
  if (histories.length < 2) {
    return refuse("NOT_ENOUGH_DATA", `there are events of ${histories.length === 1 ? "one user only" : "nobody"}; a model learns from many`);
  }
  // With a test in a file of its own, the end of what is learnt from is free to be the validation.
  const ownTest = given !== null;
  const options = { ...request, timed, part: ownTest ? "test" : request.part } as const;
  const asksFile = ownTest && request.part === "test";
  const divided = asksFile ? succeed(protocol.divideGiven(histories, given, options)) : protocol.divide(histories, options);
  if (!divided.ok) return divided;
  const { folds, cutAt } = divided.value;
  const drawn = request.maxCases === null ? folds : folds.map((fold) => sampled(fold, request.maxCases!, request.seed));
  if (drawn.every(({ questions }) => questions.length === 0))
    return refuse("NOT_ENOUGH_DATA", asksFile ? nobodyGiven : whyNobody(histories, protocol));
  if (drawn.some(({ learn }) => learn.length === 0)) return refuse("NOT_ENOUGH_DATA", "nothing is left to learn from once the test is taken out");
  return succeed({ folds: drawn, cutAt });
}

const nobodyGiven = "nobody in the --test file can be asked: their names are not in --interactions, or nothing in the file is new to them";

function whyNobody(histories: EvaluationData["histories"], { whyNobody: why }: { readonly whyNobody: string }): string {
  return histories.every(({ length }) => length < 2) ? "every user has one event only: there is nothing to ask with" : why;
}

function sampled(fold: Fold, most: number, seed: number): Fold {
  if (fold.questions.length <= most) return fold;
  const places = createSeededRandom(seed)
    .shuffle([...fold.questions.keys()])
    .slice(0, most);
  return { learn: fold.learn, questions: places.sort((a, b) => a - b).map((place) => fold.questions[place]!) };
}
