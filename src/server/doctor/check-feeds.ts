import { type Check, type Finding, ok, plural, warning } from "./checkup.ts";

/** A feed on a schedule that has not been read for so many of its turns is not being read. */
const missedTurns = 3;

export const checkFeeds: Check = {
  name: "feeds",
  run: async ({ house, server, now }) => {
    if (house === null) return [];
    const feeds = await house.store.feeds.list(null);
    const findings: Finding[] = [];
    for (const { name, lastRun, everyMs, createdAt } of feeds) {
      if (lastRun?.problem != null)
        findings.push(
          warning(
            `${name}: the last run ended with ${lastRun.problem.code}`,
            '"rapport feed list" says more; the catalogue stays as it was until it succeeds.',
          ),
        );
      else if (everyMs !== null && server !== null && now - (lastRun?.startedAt ?? createdAt) > missedTurns * everyMs)
        findings.push(
          warning(`${name}: it should be read every ${Math.round(everyMs / 60_000)} minutes, and was not`, "Look into the server's log."),
        );
    }
    return findings.length > 0 ? findings : [ok(feeds.length === 0 ? "none" : `${plural(feeds.length, "feed")}, the last runs went well`)];
  },
};
