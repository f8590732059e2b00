import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { type ApiClient, bearer, createApiClient } from "../support/api-client.ts";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { waitUntil } from "../support/wait-until.ts";

// Three servers over one PostgreSQL, as behind a load balancer: any of them takes anything, one of them learns, and when
// it is killed another goes on.

type Member = { readonly server: RunningRapport; readonly api: ApiClient };
type Recommended = { readonly items: readonly { readonly id: string }[] };

const people = 60;

if (postgresUrl === undefined) {
  describe("several processes", () => {
    it.skip("skipped: needs PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
  });
} else {
  describe("several processes on one PostgreSQL", () => {
    let schema: Awaited<ReturnType<typeof freshSchema>>;
    let serverKey: string;
    let members: Member[] = [];
    const health = async ({ api }: Member) => (await api.get<HealthReply>("/health")).body;

    const join = async (): Promise<Member> => {
      const server = await serveRapport([], { RAPPORT_DATABASE_URL: schema.url }, true);
      const member = { server, api: createApiClient(server.address, bearer(serverKey)) };
      members.push(member);
      return member;
    };
    const kill = async (member: Member) => {
      await member.server.killHard();
      members = members.filter((one) => one !== member);
    };
    /** The one that leads, once all agree on it. */
    const leader = () =>
      waitUntil("one leader that all know of", async () => {
        const said = await Promise.all(members.map(health));
        const leaders = said.filter(({ learner }) => learner.role === "leader");
        expect(leaders.length, "never two at once").toBeLessThanOrEqual(1);
        const [first] = leaders;
        if (first === undefined || said.some(({ learner }) => learner.leader?.instance !== first.learner.instance)) return null;
        return members[said.indexOf(first)]!;
      });
    const learnt = () =>
      waitUntil("everything learnt", async () =>
        (await Promise.all(members.map(health))).every(({ learner }) => learner.lagEvents === 0) ? true : null,
      );

    /** Everybody looks at these two items, one after the other. */
    async function look(round: string, [first, second]: readonly [string, string]): Promise<void> {
      const batch = Array.from({ length: people }, (_, person) =>
        [first, second].map((id) => ({
          type: "track",
          event: "Product Viewed",
          messageId: `${round}-${person}-${id}`,
          userId: `c-${person}`,
          properties: { product_id: id, name: id },
        })),
      ).flat();
      // Each through another process.
      const parts = members.map((_, member) => batch.filter((__, index) => index % members.length === member));
      const replies = await Promise.all(members.map(({ api }, index) => api.post<IngestReply>("/v1/batch", { batch: parts[index] })));
      expect(replies.map(({ body }) => body.accepted)).toEqual(parts.map(({ length }) => length));
    }
    const similarTo = async ({ api }: Member, itemId: string) =>
      (await api.post<Recommended>("/v1/recommendations", { surface: "similar", item: itemId, n: 3, preview: true })).body.items?.map(
        ({ id }) => id,
      ) ?? [];

    beforeAll(async () => {
      schema = await freshSchema(postgresUrl!);
      const created = await runRapport(["shop", "create", "Cluster", "--json"], { RAPPORT_DATABASE_URL: schema.url });
      serverKey = (JSON.parse(created.stdout) as { serverKey: string }).serverKey;
      await Promise.all([join(), join(), join()]);
      const [{ api }] = members as [Member];
      for (let person = 0; person < people; person++)
        await api.put("/v1/consents", { customerId: `c-${person}`, purposes: { personalize: true, learn: true, measure: true } });
    });
    afterAll(async () => {
      for (const { server } of members) await server.killHard();
      await schema.drop();
    });

    it("one of them leads, and all say which", async () => {
      const first = await leader();
      const others = members.filter((member) => member !== first);
      expect((await Promise.all(others.map(health))).map(({ learner }) => [learner.role, learner.running])).toEqual([
        ["standby", false],
        ["standby", false],
      ]);
    });

    it("what comes in through any is learnt by one and served by all within a second of its publishing", async () => {
      await look("first", ["mug", "teapot"]);
      await learnt();
      const versions = await Promise.all(members.map(async (member) => waitFor(() => similarTo(member, "mug"), "teapot")));
      expect(Math.max(...versions)).toBeLessThan(1_000);
    });

    it("an item and a consent changed through one hold in the others within a second", async () => {
      const [one, another] = members as [Member, Member];
      await one.api.put("/v1/items", { items: [{ id: "teapot", title: "Teapot", available: false }] });
      await waitUntil("sold out everywhere", async () => ((await similarTo(another, "mug")).includes("teapot") ? null : true), 1_000);
      await one.api.put("/v1/items", { items: [{ id: "teapot", title: "Teapot", available: true }] });
      await waitUntil("there again everywhere", async () => ((await similarTo(another, "mug")).includes("teapot") ? true : null), 1_000);
      await one.api.put("/v1/consents", { customerId: "c-0", purposes: { personalize: false } });
      const { body } = await another.api.get<{ decisions: { purpose: string; granted: boolean }[] }>("/v1/consents?customerId=c-0");
      expect(body.decisions.find(({ purpose }) => purpose === "personalize")?.granted).toBe(false);
    });

    it("the leader is killed: another leads within seconds, and goes on learning", async () => {
      const first = await leader();
      await kill(first);
      const start = performance.now();
      await leader();
      const tookMs = performance.now() - start;
      expect(tookMs).toBeLessThan(10_000);
      await look("second", ["kettle", "tray"]);
      await learnt();
      for (const member of members) await waitFor(() => similarTo(member, "kettle"), "tray");
      await join();
      await leader();
      process.stdout.write(`several processes: another led ${(tookMs / 1000).toFixed(1)} s after the leader was killed\n`);
    });

    it("the leader's connection is cut: it stops learning, and one of them leads again", async () => {
      const first = await leader();
      const before = (await health(first)).learner.leader!.since;
      const { default: pg } = await import("pg");
      const client = new pg.Client({ connectionString: schema.url });
      await client.connect();
      await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rapport leader' and datname = current_database()",
      );
      await client.end();
      await waitUntil("led anew", async () => {
        const now = await leader();
        const { learner } = await health(now);
        return learner.leader!.since > before ? true : null;
      });
      await look("third", ["cup", "saucer"]);
      await learnt();
      for (const member of members) await waitFor(() => similarTo(member, "cup"), "saucer");
    });
  });
}

/** How long it took until the list held it. */
async function waitFor(list: () => Promise<readonly string[]>, wanted: string): Promise<number> {
  const start = performance.now();
  await waitUntil(`${wanted} in the list`, async () => ((await list()).includes(wanted) ? true : null));
  return performance.now() - start;
}
