import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import autocannon from "autocannon";
import { freshSchema, postgresUrl } from "../../tests/support/fresh-schema.ts";
import { median, round } from "../support/median.ts";
import { type Measured, rawPostgres, rawSqlite } from "../support/raw-inserts.ts";
import { report } from "../support/report.ts";
import { startBenchServer } from "../support/start-bench-server.ts";

// Events acknowledged a second over HTTP in batches (each durable before its answer), and the ratio to inserting the
// same rows in batches of the same size straight into the same kind of store; and single events at a steady pace.
// `--store postgres` wants a server in RAPPORT_TEST_POSTGRES_URL.

const batchSize = 100;
const connections = 8;
const seconds = Number(process.env.RAPPORT_BENCH_SECONDS ?? 5);
const rounds = 3;
const singlesPerSecond = 500;
const store = process.argv.includes("postgres") ? "postgres" : "sqlite";
if (store === "postgres" && postgresUrl === undefined) throw new Error("--store postgres needs RAPPORT_TEST_POSTGRES_URL");

const schema = store === "postgres" ? await freshSchema(postgresUrl!) : null;
if (schema !== null) process.env.RAPPORT_BENCH_DATABASE_URL = schema.url;
const server = await startBenchServer();
const authorization = `Basic ${Buffer.from(`${server.keys.writeKey}:`).toString("base64")}`;
const buyer = "bench-customer";

const agent = new Agent({ keepAlive: true, maxSockets: 100 });

/** Resolves when it was acknowledged. As light as can be: the one who measures shares the machine with the server. */
function track(body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(`${server.address}/v1/track`, { method: "POST", agent, headers }, (response) => {
      response.resume().once("end", () => (response.statusCode === 200 ? resolve() : reject(new Error(`/v1/track: ${response.statusCode}`))));
    });
    sent.once("error", reject).end(body);
  });
}

async function put(path: string, method: string, body: unknown): Promise<void> {
  const response = await fetch(server.address + path, {
    method,
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  await response.arrayBuffer();
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

/** Microseconds of CPU that the server has used: other work on the machine changes it little. */
async function cpuOfServer(): Promise<number> {
  const { user, system } = (await (await fetch(`${server.address}/cpu`)).json()) as NodeJS.CpuUsage;
  return user + system;
}

async function throughHttp(): Promise<Measured> {
  let accepted = 0;
  const cpu = await cpuOfServer();
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
  const perSecond = accepted / ((performance.now() - start) / 1000);
  return { perSecond, cpuPerEvent: ((await cpuOfServer()) - cpu) / accepted };
}

/** One event a request, sent when it is due whether or not the one before was answered. */
async function single(): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  const underWay: Promise<void>[] = [];
  const start = performance.now();
  const count = Math.max(1, seconds) * singlesPerSecond;
  for (let index = 0; index < count; index++) {
    const dueAt = start + (index * 1000) / singlesPerSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const sent = performance.now();
    underWay.push(track(JSON.stringify(message(index))).then(() => void times.push(performance.now() - sent)));
  }
  await Promise.all(underWay);
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(times.length / 2)]!, p99: times[Math.floor(times.length * 0.99)]! };
}

const raw = () => (schema === null ? rawSqlite(server.items, batchSize, seconds) : rawPostgres(postgresUrl!, server.items, batchSize, seconds));

const [http, plain]: [Measured[], Measured[]] = [[], []];
let latency = { p50: 0, p99: 0 };
try {
  for (let index = 0; index < 100; index++)
    await put("/v1/consents", "PUT", { customerId: `${buyer}-${index}`, purposes: { personalize: true, learn: true, measure: true } });
  await throughHttp();
  for (let turn = 0; turn < rounds; turn++) {
    http.push(await throughHttp());
    plain.push(await raw());
  }
  latency = await single();
} finally {
  await server.stop();
  await schema?.drop();
}
report(
  "ingest",
  { batchSize, connections, seconds, rounds, store: store === "sqlite" ? "sqlite, synchronous = full" : "postgres" },
  {
    "acknowledged over HTTP, events per second": round(median(http.map(({ perSecond }) => perSecond)), 0),
    "raw batch inserts, rows per second": round(median(plain.map(({ perSecond }) => perSecond)), 0),
    "ratio to raw": round(median(http.map((one, turn) => one.perSecond / plain[turn]!.perSecond)), 3),
    "CPU of the server, microseconds an event": round(median(http.map(({ cpuPerEvent }) => cpuPerEvent)), 1),
    "CPU of raw inserts, microseconds a row": round(median(plain.map(({ cpuPerEvent }) => cpuPerEvent)), 1),
    [`single event at ${singlesPerSecond} a second, p50 ms`]: round(latency.p50),
    [`single event at ${singlesPerSecond} a second, p99 ms`]: round(latency.p99),
  },
);
