import { cpSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import type { ShopId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { openShopLearner } from "#learning/shop-learner.ts";
import { composeHouse } from "#server/compose.ts";
import type { ConsentsReply } from "#server/contract/consents.ts";
import { bearer, createApiClient } from "../support/api-client.ts";
import { HardCustomer } from "../support/hard-customer.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// The server is killed at a random moment, again and again, while a client sends as fast as it is answered. What was
// acknowledged is in the log, once; and what was learnt on the way is what a rebuild from zero learns.

const rounds = Number(process.env.RAPPORT_TORTURE_ROUNDS ?? 20);
const seed = Number(process.env.RAPPORT_TORTURE_SEED ?? 9);
const longestLifeMs = 400;

const folder = tempFolder("kill-nine");
const file = () => join(folder.path, "rapport.sqlite");
let server: RunningRapport | null = null;
afterAll(async () => {
  await server?.killHard();
  folder.remove();
});

/** What lies in the file, read past the server. */
function readLog(): { ids: string[]; check: unknown } {
  const raw = new DatabaseSync(file(), { readOnly: true });
  try {
    const ids = raw.prepare("select message_id as id from log where message_id like 'm-%' and message_id not like '%:device'").all();
    return { ids: ids.map(({ id }) => String(id)), check: raw.prepare("pragma integrity_check").get()?.integrity_check };
  } finally {
    raw.close();
  }
}

/** The counts as bytes: taken up where the last checkpoint left them, or learnt anew from the first entry. */
async function learnt(dataFolder: string): Promise<{ counts: Uint8Array; cursor: number }> {
  const house = await composeHouse({ dataFolder, databaseUrl: undefined });
  try {
    const [shop] = await house.store.shops.list();
    const learner = await openShopLearner(shop!.shopId as ShopId, house);
    const cursor = learner.cursor();
    await learner.catchUp();
    return { counts: learner.encoded(), cursor };
  } finally {
    await house.store.close();
  }
}

describe("kill -9", () => {
  it(`${rounds} times: nothing acknowledged is lost, nothing is there twice, the counts are those of a rebuild`, {
    timeout: rounds * 15_000,
  }, async () => {
    const created = await runRapport(["shop", "create", "Torture", "--data", folder.path, "--json"]);
    const { serverKey } = JSON.parse(created.stdout) as { serverKey: string };
    const random = createSeededRandom(seed);
    const customer = new HardCustomer(seed);
    const start = performance.now();
    for (let round = 0; round < rounds; round++) {
      server = await serveRapport(["--data", folder.path], {}, true);
      if (round === 0) await customer.allowAll(createApiClient(server.address, bearer(serverKey)));
      const sending = customer.sendUntilGone(server.address, bearer(serverKey));
      await sleep(random.int(longestLifeMs));
      await server.killHard();
      await sending;
      const { ids, check } = readLog();
      expect(check).toBe("ok");
      const there = new Set(ids);
      expect(there.size, `round ${round}: message ids that are there twice`).toBe(ids.length);
      expect(
        [...customer.acknowledged].filter((id) => !there.has(id)),
        `round ${round}: acknowledged and lost`,
      ).toEqual([]);
      expect(customer.faults).toEqual([]);
    }

    // Back for good: what was decided last holds, and the learner catches up by itself.
    server = await serveRapport(["--data", folder.path], {}, true);
    const api = createApiClient(server.address, bearer(serverKey));
    for (const [customerId, granted] of customer.decided) {
      if (customer.uncertain.has(customerId)) continue;
      const { decisions: purposes } = (await api.get<ConsentsReply>(`/v1/consents?customerId=${customerId}`)).body;
      // A device that was found to be theirs brings its own answer along, and the stricter one counts.
      const now = purposes.find(({ purpose }) => purpose === "learn")!;
      if (now.how !== "merge") expect(now.granted, customerId).toBe(granted);
    }
    await waitUntil("everything learnt", async () => {
      const { body } = await api.get<{ learner: { lagEvents: number } }>("/health");
      return body.learner.lagEvents === 0 ? true : null;
    });
    expect(await server.stop()).toBe(0);
    server = null;

    const anew = join(folder.path, "anew");
    cpSync(file(), join(anew, "rapport.sqlite"));
    const raw = new DatabaseSync(join(anew, "rapport.sqlite"));
    raw.exec("delete from consumers");
    raw.close();
    const [continued, rebuilt] = [await learnt(folder.path), await learnt(anew)];
    expect(continued.cursor).toBeGreaterThan(0);
    expect(rebuilt.cursor).toBe(0);
    expect(Buffer.from(continued.counts).equals(Buffer.from(rebuilt.counts))).toBe(true);
    process.stdout.write(
      `kill -9: ${rounds} rounds, ${customer.acknowledged.size} messages acknowledged, ${customer.sentTwice.length} sent again, none lost, none twice; ` +
        `${rebuilt.counts.length} bytes of counts equal a rebuild; ${((performance.now() - start) / 1000).toFixed(1)} s\n`,
    );
  });
});
