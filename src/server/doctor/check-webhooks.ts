import { type Check, type Finding, ok, plural, warning } from "./checkup.ts";

const stops = {
  gone: "the receiver said that it is gone",
  failing: "nothing has arrived for days",
  "switched-off": "somebody switched it off",
} as const;

export const checkWebhooks: Check = {
  name: "webhooks",
  run: async ({ house, shops }) => {
    if (house === null) return [];
    const findings: Finding[] = [];
    let endpoints = 0;
    for (const { shopId } of shops) {
      for (const { endpointId, url, stopped, failingSince } of await house.store.webhooks.list(shopId)) {
        endpoints++;
        const host = URL.parse(url)?.host ?? "?";
        if (stopped !== null && stopped !== "switched-off")
          findings.push(
            warning(
              `${endpointId} (${host}) is stopped: ${stops[stopped]}`,
              'Put the receiver right, then start it again: "rapport webhook --help".',
            ),
          );
        else if (failingSince !== null)
          findings.push(
            warning(
              `${endpointId} (${host}) has been failing since ${new Date(failingSince).toISOString()}`,
              "Check the receiver; messages are tried again for days.",
            ),
          );
      }
    }
    return findings.length > 0 ? findings : [ok(endpoints === 0 ? "none" : `${plural(endpoints, "endpoint")}, all well`)];
  },
};
