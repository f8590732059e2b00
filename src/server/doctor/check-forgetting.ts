import { type Check, error, type Finding, ok, plural, warning } from "./checkup.ts";

/** Forgetting takes seconds. */
const slowMs = 3_600_000;

export const checkForgetting: Check = {
  name: "forgetting",
  run: async ({ house, shops, now }) => {
    if (house === null) return [];
    const findings: Finding[] = [];
    let done = 0;
    let open = 0;
    for (const { shopId } of shops)
      for (const { erasureId, state, findings: found, requestedAt } of await house.store.forgetting.list(shopId, 10_000)) {
        if (state === "done") done++;
        else open++;
        if (state !== "done" && found !== null)
          findings.push(
            error(
              `somebody who is to be forgotten is still in ${found.join(", ")} (erasure ${erasureId})`,
              "Remove it there (a file of yours in the data folder, a note of yours); it is looked again within the hour. Free space: rapport retention --compact.",
            ),
          );
        else if (state !== "done" && now - requestedAt > slowMs)
          findings.push(
            warning(`erasure ${erasureId} is ${state} since long`, 'Start the server; it goes on with it. "rapport forget" does it without one.'),
          );
      }
    if (findings.length > 0) return findings;
    return [
      ok(open === 0 ? `${plural(done, "person", "people")} forgotten, nothing left of them` : `${plural(open, "person", "people")} being forgotten`),
    ];
  },
};
