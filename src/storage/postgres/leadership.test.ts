import { connect, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { freshSchema, postgresUrl } from "../../../tests/support/fresh-schema.ts";
import { waitUntil } from "../../../tests/support/wait-until.ts";
import { createPostgresLeadership } from "./leadership.ts";

/** As docs/guide/cluster.md says. */
const withinMs = 10_000;

/** A way to the database that can be cut without either end hearing of it: bytes are taken, and go nowhere. */
async function openRoad(url: string): Promise<{ url: string; cut(): void; mend(): void; close(): void }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("data", (bytes) => {
        if (!isCut) to.write(bytes);
      });
      from.on("close", () => {
        sockets.delete(from);
        if (!isCut) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const road = new URL(url);
  road.port = String((server.address() as { port: number }).port);
  return {
    url: road.href,
    cut() {
      isCut = true;
    },
    mend() {
      // What was sent meanwhile is lost, so whoever sent it has to begin anew.
      for (const socket of sockets) socket.destroy();
      isCut = false;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe.skipIf(postgresUrl === undefined)("leading, over a network that is cut", () => {
  it("the one that is cut off steps down before another leads, within the stated time", { timeout: 60_000 }, async () => {
    const schema = await freshSchema(postgresUrl!);
    const road = await openRoad(schema.url);
    const said: { readonly who: string; readonly leads: boolean; readonly at: number }[] = [];
    const note = (who: string) => (leads: boolean) => void said.push({ who, leads, at: performance.now() });
    const far = createPostgresLeadership(road.url).campaign(note("far"));
    await waitUntil("the far one leads", () => (far.leads() ? true : null));
    const near = createPostgresLeadership(schema.url).campaign(note("near"));
    const start = performance.now();
    road.cut();
    await waitUntil("the near one leads", () => (near.leads() ? true : null), 2 * withinMs);
    expect(performance.now() - start).toBeLessThan(withinMs);
    expect(far.leads()).toBe(false);
    expect(said.map(({ who, leads }) => [who, leads])).toEqual([
      ["far", true],
      ["far", false],
      ["near", true],
    ]);
    road.mend();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect([near.leads(), far.leads()]).toEqual([true, false]);
    await near.stop();
    await waitUntil("the far one leads again", () => (far.leads() ? true : null));
    await far.stop();
    road.close();
    await schema.drop();
  });
});
