import { alarmOf } from "#privacy/rights/clocks.ts";
import { type Check, error, type Finding, ok, plural, warning } from "./checkup.ts";

/** Requests of people: what is overdue breaks the law. */
export const checkRights: Check = {
  name: "rights",
  run: async ({ house, shops, now }) => {
    if (house === null) return [];
    const findings: Finding[] = [];
    let open = 0;
    for (const { shopId, name } of shops) {
      const clocks = await house.store.rightsRequests.openClocks(shopId);
      open += clocks.length;
      const at = (alarm: string) => clocks.filter((one) => alarmOf(one, now) === alarm).length;
      const [overdue, late, half] = [at("overdue"), at("late"), at("half")];
      const see = `rapport rights list --shop "${name}" names them; rapport rights fulfil ID does what was asked for.`;
      if (overdue > 0) findings.push(error(`${plural(overdue, "request")} of people of ${name} ${overdue === 1 ? "is" : "are"} overdue`, see));
      if (late > 0) findings.push(warning(`${plural(late, "request")} of people of ${name}: 80 % of the time is over`, see));
      if (half > 0) findings.push(warning(`${plural(half, "request")} of people of ${name}: half of the time is over`, see));
    }
    if (findings.length > 0) return findings;
    return [ok(open === 0 ? "nobody waits for what they asked for" : `${plural(open, "request")} of people open, in time`)];
  },
};
