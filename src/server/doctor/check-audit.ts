import { type Check, error, type Finding, ok, plural } from "./checkup.ts";

const shown = 3;

/** Whether somebody has changed what was written about who did what with whose data. */
export const checkAudit: Check = {
  name: "audit",
  run: async ({ house, shops }) => {
    if (house === null) return [];
    const findings: Finding[] = [];
    let entries = 0;
    for (const { shopId, name } of shops) {
      const verdict = await house.audit.verify(shopId);
      entries += verdict.entries;
      for (const { seq, what } of verdict.findings.slice(0, shown))
        findings.push(
          error(
            `the audit log of ${name} is not what was written${seq === null ? "" : ` at entry ${seq}`}: ${what}`,
            `"rapport audit verify --shop "${name}"" lists all of it. Keep a copy of the data folder, and find out who could write there.`,
          ),
        );
    }
    return findings.length > 0 ? findings : [ok(`${plural(entries, "entry", "entries")}, each as it was written`)];
  },
};
