import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ProblemError } from "#domain/problem.ts";
import { companionsOf, companionWriter } from "./backup-file.ts";
import { composeHouse, type HouseOptions } from "./compose.ts";
import { lockFolder } from "./folder-lock.ts";
import { type CopiedStore, careForStore, copyBetweenStores, holdStore, newestStep } from "./store-choice.ts";
import { keyFileName, readKeyFile, writeKeyFile } from "./vault-key.ts";
import { version } from "./version.ts";

const isDatabase = (place: string) => /^postgres(ql)?:\/\//i.test(place);
const storeAt = (place: string): HouseOptions => ({
  dataFolder: isDatabase(place) ? "" : resolve(place),
  databaseUrl: isDatabase(place) ? place : undefined,
});

/** Moves a whole installation from one place to another and proves that both are equal. No server may run on a folder meanwhile. */
export async function migrateStore(from: string, to: string, now: number, onStep: (words: string) => void): Promise<CopiedStore> {
  const [source, target] = [storeAt(from), storeAt(to)];
  if (from === to || (source.databaseUrl === undefined && source.dataFolder === target.dataFolder && target.databaseUrl === undefined))
    throw new ProblemError({ code: "OPTION_INVALID", detail: "--from and --to are the same place" });
  if (source.databaseUrl === undefined && !existsSync(join(source.dataFolder, "rapport.sqlite")))
    throw new ProblemError({ code: "FILE_MISSING", detail: `--from ${from}: there is no store in this folder` });
  if (target.databaseUrl === undefined && existsSync(target.dataFolder) && !statSync(target.dataFolder).isDirectory())
    throw new ProblemError({ code: "DATA_FOLDER_UNUSABLE", detail: `--to ${to} is a file` });
  const locks: { release(): unknown }[] = [];
  try {
    for (const { databaseUrl, dataFolder } of [source, target])
      locks.push(databaseUrl === undefined ? lockFolder(dataFolder, process.pid, now) : await holdIdle(databaseUrl));
    await bringUpToDate(source, onStep);
    const files = source.databaseUrl === undefined ? companionsOf(source.dataFolder, null) : {};
    const writeKey = keyWriter(source, target);
    const writeCompanions = target.databaseUrl === undefined ? companionWriter(target.dataFolder, files) : () => {};
    const copied = await copyBetweenStores(source, target, { shop: null, rapport: version, now, files }, onStep);
    writeCompanions();
    writeKey();
    return copied;
  } finally {
    for (const lock of locks) await lock.release();
  }
}

async function holdIdle(databaseUrl: string) {
  const held = await holdStore(databaseUrl);
  if (held !== null) return held;
  throw new ProblemError({
    code: "STORE_IN_USE",
    detail: `a server leads on ${URL.parse(databaseUrl)?.host ?? "this database"}; its /health says which`,
  });
}

/** Rows are copied as they are, sealed, so the key goes along where it lies in the folder. Throws ProblemError RESTORE_TARGET_TAKEN. */
function keyWriter(source: HouseOptions, target: HouseOptions): () => void {
  if (source.databaseUrl !== undefined || target.databaseUrl !== undefined) return () => {};
  const [from, to] = [source, target].map(({ dataFolder }) => join(dataFolder, keyFileName)) as [string, string];
  const [key, there] = [readKeyFile(from), readKeyFile(to)];
  if (key !== null && there !== null && !Buffer.from(key).equals(there))
    throw new ProblemError({ code: "RESTORE_TARGET_TAKEN", detail: `there is a ${keyFileName} of another installation` });
  return () => {
    if (key !== null && there === null) writeKeyFile(to, key);
  };
}

/** Two stores are only comparable in the same schema. */
async function bringUpToDate(source: HouseOptions, onStep: (words: string) => void): Promise<void> {
  const care = careForStore(source);
  const facts = await care.facts().finally(() => care.close());
  if (facts.steps === null) throw new ProblemError({ code: "STORE_FOREIGN", detail: "--from is no Rapport store" });
  if (facts.steps.at(-1) === newestStep) return;
  onStep("bringing the source up to this version …");
  const house = await composeHouse(source);
  await house.store.close();
}
