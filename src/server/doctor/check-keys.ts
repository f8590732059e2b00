import { stat } from "node:fs/promises";
import { ProblemError } from "#domain/problem.ts";
import { keyIdOf } from "#privacy/vault/field-cipher.ts";
import { checkWordsOf, keyOfWords } from "#privacy/vault/recovery-kit.ts";
import { keySourceOf, readKey } from "../vault-key.ts";
import { type Check, type Checkup, error, type Finding, isReadable, ok, plural, warning } from "./checkup.ts";

/** Keys of people that are opened to see that they open. */
const sample = 200;
const others = 0o077;
const kitCommand = 'Print it with "rapport key kit", if it was not yet, and lock it away.';

async function rightsOf(path: string): Promise<Finding[]> {
  if (process.platform === "win32") return [];
  const found = await stat(path).catch(() => null);
  // Only the owner: in a folder that is closed, too, for files are copied without their folder.
  if (found === null || (found.mode & others) === 0) return [];
  return [warning("other users of this machine can read the key file", `Whoever has it and the store can read everything. chmod 600 ${path}`)];
}

function kitFinding(kit: string | null, keyId: string | null): Finding[] {
  if (kit === null) return [];
  const secret = keyOfWords(kit);
  if (!secret.ok) return [error(`the recovery kit: ${secret.problem.detail}`, "Type the 24 words in their order, as they are printed.")];
  const kitId = keyIdOf(secret.value);
  if (kitId !== keyId)
    return [
      error(`the recovery kit is that of key ${kitId}, and the store belongs to ${keyId ?? "none"}`, 'Print the right one: "rapport key kit".'),
    ];
  return [ok(`the recovery kit makes key ${kitId} again, which opens this store`)];
}

async function healthOf({ house, kit }: Checkup, checkWords: string): Promise<Finding[]> {
  const health = await house!.store.vault.health(sample);
  const findings: Finding[] = [];
  const restore = "Restore the last backup together with the key it was made with: docs/guide/keys.md.";
  if (health.unreadableShops > 0)
    findings.push(error(`the key does not open ${plural(health.unreadableShops, "shop's key", "shops' keys")}`, restore));
  if (health.unreadablePeople > 0)
    findings.push(error(`${health.unreadablePeople} of ${health.tried} keys of people that were tried do not open`, restore));
  if (health.unfinished > 0)
    findings.push(
      warning(`${plural(health.unfinished, "shop's rotation", "shops' rotations")} of keys was cut off`, 'Go on with it: "rapport key rotate".'),
    );
  if (health.inTheClear > 0)
    findings.push(
      warning(
        `${plural(health.inTheClear, "name or secret", "names and secrets")} in the clear`,
        "Start the server once: it seals them when it opens the store.",
      ),
    );
  findings.push(...kitFinding(kit, health.rootKeyId));
  if (findings.length > (kit === null ? 0 : 1)) return findings;
  return [
    ok(
      `key ${health.rootKeyId} (check words: ${checkWords}) opens ${plural(health.shopKeys, "shop's key", "shops' keys")} and ${health.tried} of ${plural(health.tried, "person's", "people's")} that were tried`,
    ),
    ...findings,
  ];
}

export const checkKeys: Check = {
  name: "keys",
  run: async (checkup) => {
    const { dataFolder, environment, houseProblem, house, kit } = checkup;
    if (!isReadable(checkup)) return [];
    try {
      const source = keySourceOf(dataFolder, environment);
      const secret = readKey(source);
      const rights = source.kind === "file" ? await rightsOf(source.path) : [];
      if (houseProblem !== null && /^(KEY_FILE|VAULT_KEY|SEAL)_/.test(houseProblem.code))
        return [
          ...rights,
          error(`${houseProblem.code}: ${houseProblem.detail}`, 'Put the key back, or make it from the recovery kit: "rapport key restore".'),
        ];
      if (house === null || secret === null) return [...rights, ...kitFinding(kit, secret === null ? null : keyIdOf(secret))];
      return [...rights, ...(await healthOf(checkup, checkWordsOf(secret).join(" ")))];
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
      return [error(`${thrown.problem.code}: ${thrown.problem.detail}`, kitCommand)];
    }
  },
};
