import type { History } from "#models/step.ts";
import { questionOf } from "../question.ts";
import type { DivideOptions, Division, Given } from "./protocol.ts";

/** Everybody of the test file who has a past is asked for what is in the file and was not in their past. */
export function newThingsOf(learn: readonly History[], given: readonly Given[], { repeats }: Pick<DivideOptions, "repeats">): Division {
  const questions = given.flatMap(({ past, asked }, unit) => questionOf(past, asked, repeats ? "nothing" : "past", unit) ?? []);
  return { folds: [{ learn, questions }], cutAt: null };
}
