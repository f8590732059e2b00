import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { anchorsName } from "#privacy/audit/anchor.ts";
import { journalName } from "../forgetting.ts";
import { type Check, error, type Finding, ok, warning } from "./checkup.ts";

const named: readonly string[] = [anchorsName, journalName, "demo-shop.json"];
const patterned = /^(rapport\.sqlite(-wal|-shm|-journal)?|server\.(lock|json)(-journal)?|rapport\.key(\.next|\.former-[\w-]+)?)$/;
const isOurs = (name: string) => named.includes(name) || patterned.test(name);
const leftOver = /^rapport\.sqlite\.restoring|\.part-\d+$/;
const others = 0o077;

async function rightsOf(folder: string, names: readonly string[]): Promise<Finding[]> {
  // Elsewhere rights are not written in nine bits.
  if (process.platform === "win32") return [];
  const open: string[] = [];
  for (const name of ["", ...names.filter((one) => isOurs(one) && one !== "server.lock")]) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found !== null && (found.mode & others) !== 0) open.push(name === "" ? "the folder" : name);
  }
  // What lies in a closed folder is closed.
  if (open.length === 0 || open[0] !== "the folder") return [];
  return [
    warning(
      `other users of this machine can get at ${open.join(", ")}`,
      `It holds personal data. chmod 700 ${folder} && chmod 600 ${join(folder, "rapport.sqlite")}*`,
    ),
  ];
}

export const checkFolder: Check = {
  name: "data folder",
  run: async ({ dataFolder, databaseUrl }) => {
    const found = await stat(dataFolder).catch(() => null);
    if (found === null)
      return databaseUrl === undefined
        ? [
            error(
              `${dataFolder} is not there`,
              "Give the right folder with --data or RAPPORT_DATA; a first shop makes one: rapport shop create NAME.",
            ),
          ]
        : [ok("none is needed with PostgreSQL")];
    if (!found.isDirectory()) return [error(`${dataFolder} is a file`, "Give a folder with --data or RAPPORT_DATA.")];
    const names = await readdir(dataFolder).catch(() => null);
    if (names === null) return [error(`${dataFolder} cannot be read by this user`, "Run Rapport as the user that owns the folder.")];
    const findings: Finding[] = [];
    const writable = await access(dataFolder, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!writable)
      findings.push(error(`${dataFolder} cannot be written`, "Run Rapport as the user that owns the folder, on a disk that can be written."));
    findings.push(...(await rightsOf(dataFolder, names)));
    const kinds = await Promise.all(
      names.map(async (name) => ({ name, isFile: (await stat(join(dataFolder, name)).catch(() => null))?.isFile() === true })),
    );
    const rest = kinds.filter(({ name, isFile }) => isFile && leftOver.test(name)).map(({ name }) => name);
    if (rest.length > 0)
      findings.push(
        warning(`${rest.join(", ")}: left by a restore or a backup that was cut off`, "Nothing needs it: remove it, and run the command again."),
      );
    const foreign = kinds.filter(({ name, isFile }) => isFile && !isOurs(name) && !leftOver.test(name)).map(({ name }) => name);
    if (foreign.length > 0) {
      const shown = `${foreign.slice(0, 3).join(", ")}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ""}`;
      findings.push(warning(`${shown}: not Rapport's, or a copy that it does not use`, "Keep backups on another disk, and other files elsewhere."));
    }
    if (findings.length > 0) return findings;
    return [ok(`${dataFolder}, this user's alone`)];
  },
};
