import { problemReply } from "../problem-reply.ts";
import { type Check, error, type Finding, megabytes, ok, warning } from "./checkup.ts";

const restore = 'Stop the server, keep a copy of the folder, and restore the last backup into another one: "rapport restore FILE --data FOLDER".';

export const checkStore: Check = {
  name: "store",
  run: ({ storeProblem, facts, unreadableRows }) => {
    if (storeProblem !== null) {
      const { code, message, remedy, detail } = problemReply(storeProblem).body.error;
      const found = facts === null || facts.integrity.length === 0 ? "" : `; the database's own check finds: ${facts.integrity.join("; ")}`;
      return [error(`${code}: ${message} (${detail}${found})`, remedy)];
    }
    if (facts === null) return [];
    if (facts.steps === null || facts.steps.length === 0) {
      if (facts.foreignTables.length > 0)
        return [error("the file holds another program's database", "Give Rapport a folder of its own: --data or RAPPORT_DATA.")];
      return [warning("the database is empty: there is no store in it yet", 'Make a shop: "rapport shop create NAME"; or restore a backup.')];
    }
    const findings: Finding[] = [];
    const newer = facts.steps.filter((step) => !facts.knownSteps.includes(step));
    const due = facts.knownSteps.filter((step) => !facts.steps!.includes(step));
    const last = facts.steps.at(-1)!;
    if (facts.integrity.length > 0) findings.push(error(`the database's own check finds damage: ${facts.integrity.join("; ")}`, restore));
    if (newer.length > 0)
      findings.push(
        error(
          `a newer Rapport has written it: this version does not know ${newer.join(", ")}`,
          "Use the newer version, or restore a backup from before it.",
        ),
      );
    else if (due.some((step) => step < last))
      findings.push(error(`it has the schema step ${last} but lacks ${due.filter((step) => step < last).join(", ")}`, restore));
    else if (due.length > 0)
      findings.push(warning(`its schema is ${last}; the next start brings it to ${due.at(-1)}`, 'That cannot be undone: "rapport backup" first.'));
    if (facts.missingTables.length > 0 && newer.length === 0) findings.push(error(`tables are missing: ${facts.missingTables.join(", ")}`, restore));
    if (facts.foreignTables.length > 0 && newer.length === 0)
      findings.push(
        warning(
          `tables that are not Rapport's: ${facts.foreignTables.join(", ")}`,
          "Keep other programs' tables elsewhere: a backup leaves them out.",
        ),
      );
    if (unreadableRows.length > 0) findings.push(error(`rows that do not hold what they should: ${unreadableRows.join("; ")}`, restore));
    if (findings.length > 0) return findings;
    return [ok(`${facts.kind}, schema ${last}, ${megabytes(facts.bytes)}, whole`)];
  },
};
