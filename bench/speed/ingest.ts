import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import autocannon from "autocannon";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { median, round } from "../support/median.ts";
import { report } from "../support/report.ts";
import { startBenchServer } from "../support/start-bench-server.ts";

// Events acknowledged a second over HTTP in batches (each durable before its answer), and the ratio to inserting the
// same rows in batches of the same size straight into the same store.

const batchSize = 100;
const connections = 8;
const seconds = Number(process.env.RAPPORT_BENCH_SECONDS ?? 5);
const rounds = 3;

const server = await startBenchServer();
const authorization = `Basic ${Buffer.from(`${server.keys.writeKey}:`).toString("base64")}`;
const buyer = "bench-customer";

async function put(path: string, method: string, body: unknown): Promise<void> {
  const response = await fetch(server.address + path, {
    method,
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

const message = (index: number) => ({
  type: "track",
  event: "Product Viewed",
  messageId: randomUUID(),
  userId: `${buyer}-${index % 100}`,
  timestamp: new Date().toISOString(),
  properties: { product_id: server.items[index % server.items.length], name: "A thing", price: 9.5, quantity: 1 },
  context: { library: { name: "bench", version: "1" }, locale: "en-GB" },
});

async function throughHttp(): Promise<number> {
  let accepted = 0;
  const start = performance.now();
  await autocannon({
    url: server.address,
    connections,
    duration: seconds,
    requests: [
      {
        method: "POST",
        path: "/v1/batch",
        headers: { authorization, "content-type": "application/json" },
        setupRequest: (request) => ({ ...request, body: JSON.stringify({ batch: Array.from({ length: batchSize }, (_, index) => message(index)) }) }),
        onResponse: (status, body) => {
          if (status === 200) accepted += (JSON.parse(body) as { accepted: number }).accepted;
        },
      },
    ],
  });
  return accepted / ((performance.now() - start) / 1000);
}

async function single(): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let index = 0; index < 500; index++) {
    const body = message(index);
    const start = performance.now();
    await put("/v1/track", "POST", body);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { p50: times[250]!, p99: times[495]! };
}

async function rawInserts(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "rapport-raw-"));
  const path = join(folder, "raw.sqlite");
  await (await openSqlite(path)).close();
  const db = new DatabaseSync(path);
  db.exec("pragma journal_mode = wal; pragma synchronous = full");
  const row = `(${Array.from({ length: 11 }, () => "?").join(",")})`;
  const insert = db.prepare(
    `insert into log (shop_id, kind, person_id, message_id, type, name, occurred_at, received_at, currency, refused, lines) values ${Array.from({ length: batchSize }, () => row).join(",")}`,
  );
  let rows = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const now = Date.now();
    const values = Array.from({ length: batchSize }, (_, index) => [
      "shop",
      "event",
      `person-${index}`,
      randomUUID(),
      "view",
      "Product Viewed",
      now,
      now,
      null,
      "",
      `[["${server.items[index]}",1,9.5]]`,
    ]).flat();
    db.exec("begin");
    insert.run(...values);
    db.exec("commit");
    rows += batchSize;
  }
  const perSecond = rows / ((performance.now() - start) / 1000);
  db.close();
  rmSync(folder, { recursive: true, force: true });
  return perSecond;
}

const [http, raw]: [number[], number[]] = [[], []];
let latency = { p50: 0, p99: 0 };
try {
  for (let index = 0; index < 100; index++)
    await put("/v1/consents", "PUT", { customerId: `${buyer}-${index}`, purposes: { personalize: true, learn: true, measure: true } });
  await throughHttp();
  for (let turn = 0; turn < rounds; turn++) {
    http.push(await throughHttp());
    raw.push(await rawInserts());
  }
  latency = await single();
} finally {
  await server.stop();
}
report(
  "ingest",
  { batchSize, connections, seconds, rounds, store: "sqlite, synchronous = full" },
  {
    "acknowledged over HTTP, events per second": round(median(http), 0),
    "raw batch inserts, rows per second": round(median(raw), 0),
    "ratio to raw": round(median(http) / median(raw), 3),
    "single event, p50 ms": round(latency.p50),
    "single event, p99 ms": round(latency.p99),
  },
);
