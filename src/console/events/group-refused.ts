import type { RefusedEventsReply } from "#server/contract/console.ts";

type Refused = RefusedEventsReply["refused"][number];

export type RefusedGroup = Refused & { readonly times: number };

/** The same fault of the same sender, said once: a client that is wrong is wrong a hundred times. In order of the latest of each. */
export function groupRefused(refused: readonly Refused[], code: string | null): RefusedGroup[] {
  const groups = new Map<string, RefusedGroup>();
  for (const one of refused) {
    if (code !== null && one.code !== code) continue;
    const key = JSON.stringify([one.code, one.route, one.detail, one.event]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? { ...one, times: 1 } : { ...known, times: known.times + 1 });
  }
  return [...groups.values()];
}
