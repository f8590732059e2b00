import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { firstSeq, type ShopId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { openShopLearner } from "#learning/shop-learner.ts";
import { composeHouse, type House } from "#server/compose.ts";
import type { ConsentsReply } from "#server/contract/consents.ts";
import type { HealthReply } from "#server/contract/console.ts";
import { bearer, createApiClient } from "../support/api-client.ts";
import { HardCustomer } from "../support/hard-customer.ts";
import { type Environment, type RunningRapport, runRapport, serveRapport, testKey } from "../support/rapport-process.ts";
import { waitUntil } from "../support/wait-until.ts";

// The server is killed at a random moment, again and again, while a client sends as fast as it is answered. What was
// acknowledged is in the log, once; and what was learnt on the way is what a replay from zero learns.

export type TortureOptions = {
  readonly rounds: number;
  readonly seed: number;
  /** An empty folder; for SQLite the store lies in it. */
  readonly folder: string;
  /** An empty schema of a PostgreSQL database; null: SQLite. */
  readonly databaseUrl: string | null;
  readonly onRound?: (round: number, acknowledged: number) => void;
};

export type Tortured = {
  readonly store: "sqlite" | "postgres";
  readonly rounds: number;
  readonly acknowledged: number;
  readonly sentAgain: number;
  readonly lost: number;
  readonly duplicated: number;
  /** The counts that were taken up from checkpoints, again and again, are to the byte those of a replay from the first entry. */
  readonly learntEqualsReplay: boolean;
  readonly countsBytes: number;
  /** Whatever else was not as it should be. */
  readonly faults: readonly string[];
  readonly seconds: number;
};

const longestLifeMs = 1_200;
/** On a busy machine a server lives long before it first answers. Every so many rounds it is killed wherever it is, then too. */
const patienceMs = 10_000;
const anywhereEvery = 4;

export async function torture({ rounds, seed, folder, databaseUrl, onRound }: TortureOptions): Promise<Tortured> {
  const environment: Environment = databaseUrl === null ? {} : { RAPPORT_DATABASE_URL: databaseUrl };
  const where = ["--data", folder];
  const { serverKey } = JSON.parse((await runRapport(["shop", "create", "Torture", ...where, "--json"], environment)).stdout) as {
    serverKey: string;
  };
  const serve = () => serveRapport(where, environment, true);
  const random = createSeededRandom(seed);
  const customer = new HardCustomer(seed);
  const faults: string[] = [];
  const lost = new Set<string>();
  let duplicated = 0;
  const start = performance.now();
  let server: RunningRapport | null = null;
  try {
    for (let round = 0; round < rounds; round++) {
      server = await serve();
      if (round === 0) await customer.allowAll(createApiClient(server.address, bearer(serverKey)));
      const already = customer.acknowledged.size;
      const sending = customer.sendUntilGone(server.address, bearer(serverKey));
      if (round % anywhereEvery !== 0) await untilMore(() => customer.acknowledged.size > already);
      await sleep(random.int(longestLifeMs));
      await server.killHard();
      await sending;
      const { ids, damage } = await readLog(folder, databaseUrl);
      if (damage !== null) faults.push(`round ${round}: ${damage}`);
      const there = new Set(ids);
      duplicated += ids.length - there.size;
      for (const id of customer.acknowledged) if (!there.has(id)) lost.add(id);
      onRound?.(round + 1, customer.acknowledged.size);
    }

    // Back for good: what was decided last holds, and the learner catches up by itself.
    server = await serve();
    const api = createApiClient(server.address, bearer(serverKey));
    for (const [customerId, granted] of customer.decided) {
      if (customer.uncertain.has(customerId)) continue;
      const { decisions } = (await api.get<ConsentsReply>(`/v1/consents?customerId=${customerId}`)).body;
      // A device that was found to be theirs brings its own answer along, and the stricter one counts.
      const now = decisions.find(({ purpose }) => purpose === "learn")!;
      if (now.how !== "merge" && now.granted !== granted) faults.push(`${customerId}: the decision that was acknowledged does not hold`);
    }
    await waitUntil(
      "everything learnt",
      async () => {
        const { body } = await api.get<HealthReply>("/health");
        return body.learner.role === "leader" && body.learner.lagEvents === 0 ? true : null;
      },
      60_000,
    );
    const code = await server.stop();
    if (code !== 0) faults.push(`the server ended with code ${code}`);
    server = null;
  } finally {
    await server?.killHard();
  }
  const { equal, bytes, continued } = await compareWithReplay(folder, databaseUrl);
  if (!continued) faults.push("nothing had been checkpointed, so nothing was taken up");
  return {
    store: databaseUrl === null ? "sqlite" : "postgres",
    rounds,
    acknowledged: customer.acknowledged.size,
    sentAgain: customer.sentTwice.length,
    lost: lost.size,
    duplicated,
    learntEqualsReplay: equal,
    countsBytes: bytes,
    faults: [...faults, ...customer.faults],
    seconds: Math.round((performance.now() - start) / 100) / 10,
  };
}

async function untilMore(isMore: () => boolean): Promise<void> {
  for (const end = performance.now() + patienceMs; !isMore() && performance.now() < end; ) await sleep(5);
}

const wanted = "select message_id as id from log where message_id like 'm-%' and message_id not like '%:device'";

/** What lies in the store, read past the server. */
async function readLog(folder: string, databaseUrl: string | null): Promise<{ ids: string[]; damage: string | null }> {
  if (databaseUrl !== null) {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ id: string }>(wanted);
    await client.end();
    return { ids: rows.map(({ id }) => id), damage: null };
  }
  const raw = new DatabaseSync(join(folder, "rapport.sqlite"), { readOnly: true });
  try {
    const ids = raw
      .prepare(wanted)
      .all()
      .map(({ id }) => String(id));
    const check = String(raw.prepare("pragma integrity_check").get()?.integrity_check);
    return { ids, damage: check === "ok" ? null : check };
  } finally {
    raw.close();
  }
}

/** The counts as bytes: taken up where the last checkpoint left them, and learnt anew from the first entry. */
async function compareWithReplay(folder: string, databaseUrl: string | null): Promise<{ equal: boolean; bytes: number; continued: boolean }> {
  // As those that were started for it have sealed it.
  process.env.RAPPORT_KEY = testKey;
  const house = await composeHouse({ dataFolder: folder, databaseUrl: databaseUrl ?? undefined });
  try {
    const [shop] = await house.store.shops.list();
    const shopId = shop!.shopId as ShopId;
    const continued = await openShopLearner(shopId, house);
    const from = continued.cursor();
    await continued.catchUp();
    const replayed = await openShopLearner(shopId, forgetful(house));
    await replayed.catchUp();
    const [a, b] = [Buffer.from(continued.encoded()), Buffer.from(replayed.encoded())];
    return { equal: a.equals(b), bytes: b.length, continued: from > firstSeq };
  } finally {
    await house.store.close();
  }
}

/** The same house, in which nothing was ever learnt. */
function forgetful(house: House): House {
  const { consumers } = house.store;
  const load: typeof consumers.load = async (shopId, consumer) => ({ cursor: firstSeq, state: null, epoch: await consumers.epoch(shopId, consumer) });
  return { ...house, store: { ...house.store, consumers: { ...consumers, load } } };
}
