import type { PureStage } from "../answer.ts";
import { addChoices } from "./add-choices.ts";
import { arrange } from "./arrange.ts";
import { findCandidates } from "./find-candidates.ts";
import { scoreItems } from "./score-items.ts";
import { withhold } from "./withhold.ts";

const ranking: readonly PureStage[] = [findCandidates, scoreItems, withhold, addChoices, arrange];

/**
 * From the question to what is shown, in one go: nobody else may ask the same snapshot in between, since all use its
 * scratch. Pure otherwise, so that the same can be asked again of a past that lacks something.
 */
export const rank: PureStage = (answer) => ranking.reduce((ranked, stage) => stage(ranked), answer);
