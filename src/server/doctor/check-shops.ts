import { type Check, error, type Finding, isReadable, ok, plural, warning } from "./checkup.ts";

/** Shops and their keys: a shop without keys can be neither written to nor read. */
export const checkShops: Check = {
  name: "shops",
  run: (checkup) => {
    const { shops } = checkup;
    if (!isReadable(checkup)) return [];
    if (shops.length === 0)
      return [
        warning("there is no shop", 'Make one: "rapport shop create NAME". If there should be one, this is another data folder: check --data.'),
      ];
    const findings: Finding[] = [];
    for (const { name, keys } of shops) {
      if (keys.server === 0)
        findings.push(
          error(
            `${name} has no server key: nothing can be asked or changed over HTTP`,
            "Restore a backup from when it had one, or make another shop and import again.",
          ),
        );
      if (keys.write === 0) findings.push(warning(`${name} has no write key: pages and apps cannot send`, "Let servers send with the server key."));
    }
    if (findings.length > 0) return findings;
    return [ok(shops.map(({ name, entries }) => `${name} (${plural(entries, "entry", "entries")})`).join(", "))];
  },
};
