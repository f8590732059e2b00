import autocannon from "autocannon";
import { median, round } from "../support/median.ts";
import { report } from "../support/report.ts";
import { startBenchServer } from "../support/start-bench-server.ts";

// Recommendations a second, and the ratio to a route of the same server that only answers JSON, measured in turns.

const connections = 16;
const seconds = Number(process.env.RAPPORT_BENCH_SECONDS ?? 5);
const rounds = 3;

const server = await startBenchServer();
const headers = { authorization: `Bearer ${server.keys.serverKey}`, "content-type": "application/json" };
const bodies = (surface: string) =>
  server.customers
    .slice(0, 300)
    .map((customerId, index) => JSON.stringify({ customerId, surface, n: 10, item: server.items[index % server.items.length], preview: true }));

async function load(path: string, texts: readonly string[]) {
  const requests = texts.map((body) => ({ method: "POST" as const, path, body }));
  const result = await autocannon({ url: server.address, connections, duration: seconds, headers, requests });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${path}: ${result.non2xx} refused, ${result.errors} errors`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

const surfaces = ["for-you", "similar", "popular"] as const;
const measured = {
  bare: [] as Awaited<ReturnType<typeof load>>[],
  "for-you": [] as Awaited<ReturnType<typeof load>>[],
  similar: [] as never[],
  popular: [] as never[],
} as Record<"bare" | (typeof surfaces)[number], Awaited<ReturnType<typeof load>>[]>;
try {
  await load("/v1/recommendations", bodies("for-you"));
  for (let round = 0; round < rounds; round++) {
    measured.bare.push(await load("/bare", bodies("for-you")));
    for (const surface of surfaces) measured[surface].push(await load("/v1/recommendations", bodies(surface)));
  }
} finally {
  await server.stop();
}

const figures: Record<string, number> = {};
const bare = median(measured.bare.map(({ perSecond }) => perSecond));
figures["bare JSON route, per second"] = round(bare, 0);
for (const surface of surfaces) {
  const perSecond = median(measured[surface].map((one) => one.perSecond));
  figures[`${surface}, per second`] = round(perSecond, 0);
  figures[`${surface}, ratio to bare`] = round(perSecond / bare, 3);
  figures[`${surface}, p50 ms`] = median(measured[surface].map(({ p50 }) => p50));
  figures[`${surface}, p99 ms`] = median(measured[surface].map(({ p99 }) => p99));
}
report(
  "serve",
  { connections, seconds, rounds, shop: "demo (seed 20260)", items: server.items.length, customers: server.customers.length, store: "sqlite" },
  figures,
);
