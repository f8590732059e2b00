import { type Check, type Finding, isReadable, ok, warning } from "./checkup.ts";

export const checkConsent: Check = {
  name: "consent",
  run: (checkup) => {
    const { shops } = checkup;
    if (!isReadable(checkup)) return [];
    const findings: Finding[] = [];
    for (const { name, people, deciders, personalizable } of shops) {
      if (people === 0) continue;
      if (deciders === 0)
        findings.push(
          warning(
            `${name}: nobody has decided anything, so nothing is personal and most events are dropped`,
            "Record decisions with PUT /v1/consents, or connect the shop's consent form: docs/guide/consent.md.",
          ),
        );
      else if (personalizable === 0)
        findings.push(
          warning(
            `${name}: nobody allows personalize, so everybody is shown the same`,
            "Check that the consent form sends it: docs/guide/consent.md.",
          ),
        );
    }
    if (findings.length > 0) return findings;
    return [
      ok(
        shops.map(({ name, people, personalizable }) => `${name}: ${personalizable} of ${people} people have allowed personalize`).join("; ") ||
          "nobody to ask yet",
      ),
    ];
  },
};
