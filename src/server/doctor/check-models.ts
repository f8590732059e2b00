import { servableModels, servableNames } from "#models/catalogue.ts";
import { type Check, error, type Finding, ok, warning } from "./checkup.ts";

/** A model is made within minutes of what it is made of. */
const staleMs = 24 * 3_600_000;

export const checkModels: Check = {
  name: "models",
  run: async ({ house, shops, server, now }) => {
    if (house === null) return [];
    const findings: Finding[] = [];
    let sound = 0;
    for (const { shopId, name: shop, entries, head, latestReceivedAt } of shops) {
      const missing: string[] = [];
      for (const name of servableNames) {
        const record = await house.store.models.latest(shopId, name);
        if (record === null) {
          missing.push(name);
          continue;
        }
        try {
          servableModels[name].load(record.artefact);
          sound++;
        } catch {
          findings.push(
            error(
              `${shop}: the model ${name} (version ${record.version}) cannot be loaded: it is damaged or of another version`,
              'Make it anew: "rapport train --shop NAME".',
            ),
          );
          continue;
        }
        const waiting = record.seq < head && latestReceivedAt !== null && now - latestReceivedAt > staleMs;
        if (server !== null && waiting && now - record.builtAt > staleMs)
          findings.push(
            warning(
              `${shop}: the model ${name} is of ${new Date(record.builtAt).toISOString()}, and entries that came in since are not in it`,
              "Look into the server's log for learning that failed.",
            ),
          );
      }
      if (entries > 0 && missing.length > 0) {
        const what = missing.length === servableNames.length ? "no model has been published" : `there is no model ${missing.join(", ")}`;
        findings.push(warning(`${shop}: ${what}`, 'Start the server, or run "rapport train --shop NAME".'));
      }
    }
    return findings.length > 0 ? findings : [ok(sound === 0 ? "none yet" : `${sound} load, and fit their checksums`)];
  },
};
