/** Of those asked as much, only the best third is asked more. */
const keep = 3;
/** Fewer questions than this tell settings apart by chance. */
const fewestQuestions = 300;

/** How many questions are asked before each decision: a ninth, a third, all; fewer steps where there are few questions. */
export function rungsOf(questions: number): number[] {
  const rungs = [questions / keep ** 2, questions / keep].map((share) => Math.max(Math.ceil(share), fewestQuestions));
  return [...new Set([...rungs.filter((rung) => rung < questions), questions])];
}

/** The share of all questions that an average setting is asked. */
export function expectedShare(rungs: readonly number[]): number {
  const all = rungs.at(-1)!;
  return rungs.reduce((sum, rung, at) => sum + (rung - (rungs[at - 1] ?? 0)) / all / keep ** at, 0);
}

export type Race = {
  /** Notes the loss of a setting after the rung (less is better): true when it is in the best third of all that were noted there. */
  pass(rung: number, loss: number): boolean;
};

/**
 * Successive halving (Jamieson & Talwalkar, AISTATS 2016) in its running form (Li et al., MLSys 2020): a setting is
 * fitted once and goes on while it is in the best third of those that came as far, so that none is fitted twice.
 */
export function createRace(): Race {
  const losses: number[][] = [];
  return {
    pass(rung, loss) {
      losses[rung] ??= [];
      losses[rung].push(loss);
      const better = losses[rung].filter((other) => other < loss).length;
      return better < Math.ceil(losses[rung].length / keep);
    },
  };
}
