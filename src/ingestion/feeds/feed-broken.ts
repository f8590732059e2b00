import { ProblemError } from "#domain/problem.ts";

/** The feed as a whole cannot be used; `detail` says where and why. */
export const feedBroken = (detail: string, cause?: unknown): ProblemError => new ProblemError({ code: "FEED_BROKEN", detail }, { cause });
