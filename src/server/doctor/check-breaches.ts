import { type Check, error, type Finding, ok, plural, warning } from "./checkup.ts";

/** A breach has to be told to the authority within days. */
export const checkBreaches: Check = {
  name: "breaches",
  run: async ({ house, shops }) => {
    if (house === null) return [];
    const findings: Finding[] = [];
    for (const { shopId, name } of shops)
      for (const { breachId, clock } of await house.breaches.list(shopId)) {
        if (clock.alarm === "closed") continue;
        const todo = `"rapport breach notice ${breachId}" writes what has to be told; "rapport breach close ${breachId}" when it was.`;
        if (clock.alarm === "overdue") findings.push(error(`a breach of ${name} should have been told by now`, todo));
        else
          findings.push(
            warning(
              `a breach of ${name} is open: ${plural(clock.hours, "hour")} to tell it, ${Math.floor(100 * clock.gone)} % of them are over`,
              todo,
            ),
          );
      }
    return findings.length > 0 ? findings : [ok("none open")];
  },
};
