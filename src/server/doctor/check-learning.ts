import { type Check, error, type Finding, isReadable, ok, plural, warning } from "./checkup.ts";

/** More than a server leaves unlearnt for longer than a moment. */
const muchLag = 20_000;

export const checkLearning: Check = {
  name: "learning",
  run: async (checkup) => {
    const { server, shops, house } = checkup;
    const findings: Finding[] = [];
    const learner = server?.health?.learner;
    if (learner?.running === false) findings.push(error("the server's learner does not run", "Restart the server; its log says why it ended."));
    if (learner?.failure != null)
      findings.push(
        error(`the server's learning fails (${learner.failure})`, "It is tried again by itself; if that does not help, its log says why."),
      );
    if (learner !== undefined && learner.lagEvents > muchLag)
      findings.push(
        warning(
          `the server is ${plural(learner.lagEvents, "entry", "entries")} behind`,
          "Wait, if much has just come in; if it does not fall, its log says why.",
        ),
      );
    const dead = house === null ? 0 : await house.store.deadLetters.count();
    if (dead > 0)
      findings.push(
        warning(
          `${plural(dead, "event")} could not be learnt from and ${dead === 1 ? "was" : "were"} left out`,
          "They are kept: see the dead letters in docs/guide/operate.md.",
        ),
      );
    if (findings.length > 0) return findings;
    if (!isReadable(checkup)) return [];
    const unlearnt = shops.reduce((sum, shop) => sum + shop.unlearnt, 0);
    if (learner !== undefined) return [ok(`${plural(learner.lagEvents, "entry", "entries")} behind`)];
    return [
      ok(unlearnt === 0 ? "everything is learnt" : `${plural(unlearnt, "entry", "entries")} since the last saved state; learnt at the next start`),
    ];
  },
};
