import { unremarkableMs } from "../jobs/doubt-clock.ts";
import { type Check, error, type Finding, ok, warning } from "./checkup.ts";

/** Two processes of one machine may write their times a little out of order. */
const toleranceMs = 60_000;
/** Before Rapport was: a clock that was never set. */
const earliest = Date.UTC(2025, 0, 1);

function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2 * 24 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 60 / 24)} days`;
}

export const checkClock: Check = {
  name: "clock",
  run: ({ now, shops, facts }) => {
    const time = new Date(now).toISOString();
    if (now < earliest)
      return [error(`it says ${time}`, "Set the clock of this machine (NTP): events with the right time are refused as lying in the future.")];
    const findings: Finding[] = [];
    const skew = facts?.clock == null ? 0 : facts.clock - now;
    if (Math.abs(skew) > toleranceMs)
      findings.push(warning(`the database's clock is ${ago(Math.abs(skew))} ${skew > 0 ? "ahead of" : "behind"} this machine's`, "Set both by NTP."));
    for (const { name, lastReceivedAt, latestReceivedAt } of shops) {
      if (latestReceivedAt === null || lastReceivedAt === null) continue;
      if (latestReceivedAt > now + toleranceMs)
        findings.push(
          error(
            `it says ${time}, and ${name} has entries that came in ${ago(latestReceivedAt - now)} later than that`,
            "The clock goes wrong or was set back: set it by NTP. Nothing is lost, the log keeps its order; but what is new and what is old is told by time.",
          ),
        );
      else if (latestReceivedAt - lastReceivedAt > toleranceMs)
        findings.push(
          warning(
            `it was set back while ${name} was taking events in: the last came in ${ago(latestReceivedAt - lastReceivedAt)} before one that stands before it`,
            "Nothing is to be done about those; the log keeps its order. Set the clock by NTP.",
          ),
        );
    }
    const newest = Math.max(0, ...shops.map(({ latestReceivedAt }) => latestReceivedAt ?? 0));
    if (newest > 0 && now - newest > unremarkableMs)
      findings.push(
        warning(
          `it says ${time}, ${ago(now - newest)} after anything came in`,
          "If shops were quiet that long, nothing is to be done. If not, the clock is ahead: set it by NTP. A server deletes nothing for being old until it has run for a day.",
        ),
      );
    return findings.length > 0 ? findings : [ok(time)];
  },
};
