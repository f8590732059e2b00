import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { type ApiClient, bearer, createApiClient } from "../support/api-client.ts";
import { type MovedClock, movedClock } from "../support/moved-clock.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// Events come in, time passes, and what is past its time is ended: by the command line, and by a running server once a day.
// What is left is a shop that never had them, to the byte.

const dayMs = 86_400_000;
/** The clocks stand about noon: what is counted by the day of two shops is the same when the tests run over midnight. */
const toNoonMs = dayMs / 2 - (Date.now() % dayMs);
const people = 12;
const purposes = { personalize: true, learn: true, measure: true };
const RAPPORT_RETENTION = "browsing=30,shown=10,orders=100,decisions=forever";

type Sent = { readonly ageDays: number; readonly events: readonly object[] };

const track = (messageId: string, userId: string, event: string, properties: object) => ({ type: "track", messageId, userId, event, properties });
/** Young looks, old looks, an old order and one that is too old; some of people of whom nothing else is left. */
const history: readonly Sent[] = [
  { ageDays: 120, events: [track("o-1", "c-0", "Order Completed", { order_id: "O-1", products: [{ product_id: "kettle", quantity: 1 }] })] },
  {
    ageDays: 60,
    events: [
      ...Array.from({ length: people }, (_, at) => track(`old-${at}`, `c-${at}`, "Product Viewed", { product_id: `item-${at % 5}` })),
      track("o-2", "c-1", "Order Completed", {
        order_id: "O-2",
        products: [
          { product_id: "mug", quantity: 2 },
          { product_id: "tray", quantity: 1 },
        ],
      }),
      track("gone", "passer-by", "Product Viewed", { product_id: "item-1" }),
    ],
  },
  {
    ageDays: 5,
    events: Array.from({ length: people - 4 }, (_, at) => track(`new-${at}`, `c-${at}`, "Product Viewed", { product_id: `item-${(at * 3) % 5}` })),
  },
];
const isKept = (event: object, ageDays: number) => ageDays <= ((event as { event: string }).event === "Order Completed" ? 100 : 30);
const kept = history.map(({ ageDays, events }) => ({ ageDays, events: events.filter((event) => isKept(event, ageDays)) }));
const countOf = (some: readonly Sent[]) => some.reduce((sum, { events }) => sum + events.length, 0);

describe("retention", () => {
  let folder: TempFolder;
  const servers = new Set<RunningRapport>();

  beforeAll(() => {
    folder = tempFolder("retention");
  });
  afterAll(async () => {
    for (const server of servers) await server.killHard();
    folder.remove();
  });

  type Shop = { readonly data: string; readonly clock: MovedClock; readonly environment: Record<string, string>; readonly key: string };

  /** `hurry`: a day of the server's timers is so many times shorter. */
  async function openShop(name: string, hurry = 1): Promise<Shop> {
    const data = join(folder.path, name);
    const created = await runRapport(["shop", "create", "Tea", "--json", "--data", data]);
    const clock = movedClock(folder.path, name, hurry);
    return {
      data,
      clock,
      environment: { ...clock.environment, RAPPORT_RETENTION },
      key: (JSON.parse(created.stdout) as { serverKey: string }).serverKey,
    };
  }
  async function serve({ data, environment, key }: Shop): Promise<{ server: RunningRapport; api: ApiClient }> {
    const server = await serveRapport(["--data", data], environment, true);
    servers.add(server);
    return { server, api: createApiClient(server.address, bearer(key)) };
  }
  const learnt = (api: ApiClient) =>
    waitUntil("everything learnt", async () => ((await api.get<HealthReply>("/health")).body.learner.lagEvents === 0 ? true : null));

  /** Lets it all come in on the days on which it did. */
  async function live(shop: Shop, some: readonly Sent[]): Promise<{ server: RunningRapport; api: ApiClient }> {
    shop.clock.set(toNoonMs - 130 * dayMs);
    const running = await serve(shop);
    const names = [...Array.from({ length: people }, (_, at) => `c-${at}`), "passer-by"];
    for (const customerId of names) await running.api.put("/v1/consents", { customerId, purposes });
    for (const { ageDays, events } of some) {
      shop.clock.set(toNoonMs - ageDays * dayMs);
      const { body } = await running.api.post<IngestReply>("/v1/batch", { batch: events });
      expect(body).toMatchObject({ accepted: events.length });
      await learnt(running.api);
    }
    return running;
  }
  const replay = async ({ data, environment }: Shop) => {
    const { stdout } = await runRapport(["train", "--from-zero", "--json", "--data", data], environment);
    return JSON.parse(stdout) as { same: boolean; counts: string };
  };
  const eventsIn = ({ data }: Shop) => {
    const log = new DatabaseSync(join(data, "rapport.sqlite"), { readOnly: true });
    const rows = log.prepare("select message_id as id from log where kind = 'event' order by seq").all();
    const others = log.prepare("select count(*) as n from log where kind = 'retract'").get()!;
    log.close();
    return { ids: rows.map(({ id }) => String(id)), retracts: Number(others.n) };
  };
  const idsOf = (some: readonly Sent[]) => some.flatMap(({ events }) => events.map((event) => (event as { messageId: string }).messageId));
  const stop = async (server: RunningRapport) => {
    expect(await server.stop()).toBe(0);
    servers.delete(server);
  };

  it("by the command line: says what it would end, ends it, and leaves a shop that never had it", { timeout: 180_000 }, async () => {
    const [shop, never] = [await openShop("command"), await openShop("never")];
    await stop((await live(shop, history)).server);
    await stop((await live(never, kept)).server);
    for (const { clock } of [shop, never]) clock.set(toNoonMs);
    const run = async (...words: string[]) => {
      const { code, stdout, stderr } = await runRapport(["retention", ...words, "--data", shop.data], shop.environment);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    expect(await run("show")).toMatch(/browsing\s+30 days/);
    const before = eventsIn(shop);
    expect(before.ids).toHaveLength(countOf(history));
    expect(JSON.parse(await run("run", "--dry-run", "--json"))).toEqual({
      dryRun: true,
      shops: [{ shop: "Tea", expired: { browsing: people + 1, shown: 0, orders: 1 }, forgotten: null }],
    });
    expect(eventsIn(shop)).toEqual(before);
    const ended = JSON.parse(await run("run", "--compact", "--json")) as { shops: [{ forgotten: { events: number } }] };
    expect(ended.shops[0].forgotten.events).toBe(people + 2);
    expect(eventsIn(shop)).toEqual({ ids: idsOf(kept), retracts: 0 });
    expect(JSON.parse(await run("run", "--dry-run", "--json"))).toMatchObject({ shops: [{ expired: { browsing: 0, shown: 0, orders: 0 } }] });
    const [mine, other] = [await replay(shop), await replay(never)];
    expect(mine).toMatchObject({ same: true, counts: other.counts });
  });

  it("by a running server, once a day, while it serves", { timeout: 180_000 }, async () => {
    // A day is four seconds.
    const [shop, never] = [await openShop("daily", 20_000), await openShop("never-daily")];
    await stop((await live(never, kept)).server);
    never.clock.set(toNoonMs);
    const { server, api } = await live(shop, history);
    shop.clock.set(toNoonMs);
    await waitUntil("what is past its time is gone", () => (eventsIn(shop).ids.length === countOf(kept) ? true : null), 60_000);
    await waitUntil("nothing is left to do", () => (eventsIn(shop).retracts === 0 ? true : null), 60_000);
    expect(eventsIn(shop).ids).toEqual(idsOf(kept));
    await learnt(api);
    const { stdout } = await runRapport(["doctor", "--json", "--data", shop.data], shop.environment);
    expect((JSON.parse(stdout) as { errors: number }).errors).toBe(0);
    await stop(server);
    const [mine, other] = [await replay(shop), await replay(never)];
    expect(mine).toMatchObject({ same: true, counts: other.counts });
  });
});
