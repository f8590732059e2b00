import { ProblemError } from "#domain/problem.ts";
import type { ShopFacts, StoreFacts } from "#storage/ports/store-care.ts";
import { composeHouse, type HouseOptions } from "../compose.ts";
import { serverOf } from "../folder-lock.ts";
import { careForStore } from "../store-choice.ts";
import { checkAudit } from "./check-audit.ts";
import { checkBreaches } from "./check-breaches.ts";
import { checkClock } from "./check-clock.ts";
import { checkConsent } from "./check-consent.ts";
import { checkDatabase } from "./check-database.ts";
import { checkDisk } from "./check-disk.ts";
import { checkFeeds } from "./check-feeds.ts";
import { checkFolder } from "./check-folder.ts";
import { checkForgetting } from "./check-forgetting.ts";
import { checkKeys } from "./check-keys.ts";
import { checkLearning } from "./check-learning.ts";
import { checkModels } from "./check-models.ts";
import { checkRights } from "./check-rights.ts";
import { checkRuntime } from "./check-runtime.ts";
import { checkServer } from "./check-server.ts";
import { checkSettings } from "./check-settings.ts";
import { checkShops } from "./check-shops.ts";
import { checkStore } from "./check-store.ts";
import { checkWebhooks } from "./check-webhooks.ts";
import { type Check, type Checkup, error, type Finding, isCurrent, type ServerState } from "./checkup.ts";

/** In the order in which they are told: what everything else stands on comes first. */
const checks: readonly Check[] = [
  checkRuntime,
  checkSettings,
  checkFolder,
  checkServer,
  checkStore,
  checkDatabase,
  checkKeys,
  checkDisk,
  checkClock,
  checkShops,
  checkConsent,
  checkLearning,
  checkModels,
  checkForgetting,
  checkRights,
  checkAudit,
  checkBreaches,
  checkFeeds,
  checkWebhooks,
];

const healthLimitMs = 3_000;

export type Examined = Finding & { readonly check: string };

type StoreLook = {
  problem: ProblemError["problem"] | null;
  facts: StoreFacts | null;
  shops: readonly ShopFacts[];
  unreadableRows: readonly string[];
};

/** Looks into the store without bringing it up to date. */
async function lookIntoStore(options: HouseOptions, now: number): Promise<StoreLook> {
  const look: StoreLook = { problem: null, facts: null, shops: [], unreadableRows: [] };
  try {
    const care = careForStore(options);
    try {
      look.facts = await care.facts();
      if (!isCurrent(look.facts)) return look;
      look.shops = await care.shopFacts(now);
      if (look.facts.integrity.length === 0) look.unreadableRows = await care.unreadableRows();
    } finally {
      await care.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    look.problem = thrown.problem;
  }
  return look;
}

/** Opening the house changes nothing in a store that is whole and up to date; in another it is left closed. */
async function openHouse(options: HouseOptions, { problem, facts }: StoreLook): Promise<Pick<Checkup, "house" | "houseProblem">> {
  if (problem !== null || facts === null || !isCurrent(facts) || facts.integrity.length > 0) return { house: null, houseProblem: null };
  return composeHouse({ dataFolder: options.dataFolder, databaseUrl: options.databaseUrl }).then(
    (house) => ({ house, houseProblem: null }),
    (thrown: unknown) => ({ house: null, houseProblem: thrown instanceof ProblemError ? thrown.problem : null }),
  );
}

async function lookAtServer({ dataFolder, databaseUrl }: HouseOptions): Promise<ServerState | null> {
  if (databaseUrl !== undefined) return null;
  const server = serverOf(dataFolder);
  if (server === null) return null;
  const address = server.note?.address ?? null;
  if (address === null) return { note: server.note, health: null };
  const health = await fetch(`${address}/health`, { signal: AbortSignal.timeout(healthLimitMs) })
    .then((reply) => reply.json() as Promise<ServerState["health"]>)
    .catch(() => null);
  return { note: server.note, health };
}

/** Runs every check, on a running installation or one that is not. A check that fails is a finding like any other. */
export async function examine(
  options: HouseOptions,
  environment: Checkup["environment"],
  now: number,
  kit: string | null = null,
): Promise<readonly Examined[]> {
  const server = await lookAtServer(options);
  const look = await lookIntoStore(options, now);
  const { house, houseProblem } = await openHouse(options, look);
  const checkup: Checkup = {
    dataFolder: options.dataFolder,
    databaseUrl: options.databaseUrl,
    environment,
    now,
    server,
    storeProblem: look.problem,
    facts: look.facts,
    unreadableRows: look.unreadableRows,
    shops: look.shops,
    house,
    houseProblem,
    kit,
  };
  try {
    const examined: Examined[] = [];
    for (const { name, run } of checks) {
      const findings = await (async () => run(checkup))().catch((thrown: unknown) => {
        const why =
          thrown instanceof ProblemError ? `${thrown.problem.code} (${thrown.problem.detail})` : thrown instanceof Error ? thrown.name : "unknown";
        return [error(`this could not be checked: ${why}`, "If the checks above find nothing, report it.")];
      });
      for (const finding of findings) examined.push({ check: name, ...finding });
    }
    return examined;
  } finally {
    await house?.store.close();
  }
}
