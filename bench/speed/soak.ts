import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runRapport, serveRapport } from "../../tests/support/rapport-process.ts";
import { tempFolder } from "../../tests/support/temp-folder.ts";
import { median, round } from "../support/median.ts";
import { report } from "../support/report.ts";

// The product as a user starts it, learning and all, under a steady load: 300 events and 100 recommendations a second. What
// memory it takes over time, and whether the file grows as the events in it say. `-- --minutes 60`

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    events: { type: "string", default: "300" },
    asks: { type: "string", default: "100" },
    json: { type: "boolean" },
  },
});
const minutes = Number(values.minutes);
const [eventsPerSecond, asksPerSecond] = [Number(values.events), Number(values.asks)];
const [people, items] = [2_000, 500];
const sampleMs = 5_000;
/** Compiling, first models, caches: not growth. */
const warmUpShare = 1 / 3;

const folder = tempFolder("soak");
const created = await runRapport(["shop", "create", "Soak", "--data", folder.path, "--json"]);
const { serverKey } = JSON.parse(created.stdout) as { serverKey: string };
const server = await serveRapport(["--data", folder.path], {}, true);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

type Answer = { readonly status: number; readonly ms: number };
function send(method: "POST" | "PUT", path: string, body: unknown): Promise<Answer> {
  const text = JSON.stringify(body);
  const start = performance.now();
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${serverKey}`, "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const sent = request(server.address + path, { method, agent, headers }, (response) => {
      response.resume().once("end", () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - start }));
    });
    sent.once("error", () => resolve({ status: 0, ms: performance.now() - start }));
    sent.end(text);
  });
}

let number = 0;
const event = () => {
  const index = number++;
  const product = { product_id: `item-${(index * 7919) % items}`, name: `Item ${(index * 7919) % items}`, price: 9.5, quantity: 1 };
  const bought = index % 20 === 0;
  return {
    type: "track",
    messageId: randomUUID(),
    userId: `c-${(index * 104_729) % people}`,
    event: bought ? "Order Completed" : "Product Viewed",
    properties: bought ? { order_id: `o-${index}`, products: [product] } : product,
  };
};
const ask = () => ({ surface: "for-you", customerId: `c-${number % people}`, n: 10 });

/** So many a second, each sent when it is due whether or not the one before was answered. */
async function steadily(perSecond: number, endAt: number, one: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  const underWay = new Set<Promise<void>>();
  for (let index = 0, start = performance.now(); performance.now() < endAt; index++) {
    const waitMs = start + (index * 1000) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const running: Promise<void> = one().then((answer) => {
      answers.push(answer);
      underWay.delete(running);
    });
    underWay.add(running);
  }
  await Promise.all(underWay);
  return answers;
}

const rssMb = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))![1]) / 1024;
type Sample = { readonly seconds: number; readonly rss: number; readonly fileMb: number };
const sizeMb = (name: string) => (statSync(join(folder.path, name), { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20;

async function sample(endAt: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  while (performance.now() < endAt) {
    samples.push({ seconds: (performance.now() - start) / 1000, rss: rssMb(), fileMb: sizeMb("rapport.sqlite") });
    if (!values.json && samples.length % 12 === 0)
      process.stderr.write(`  ${Math.round(samples.at(-1)!.seconds)} s: RSS ${Math.round(samples.at(-1)!.rss)} MB\n`);
    await sleep(sampleMs);
  }
  return samples;
}

/** What the file's tables and indexes take, and the entries of the log. */
function measureFile(): { entries: number; logBytes: number; fileBytes: number } {
  const db = new DatabaseSync(join(folder.path, "rapport.sqlite"), { readOnly: true });
  const one = (text: string) => Number(Object.values(db.prepare(text).get()!)[0]);
  const entries = one("select count(*) from log");
  const fileBytes = one("pragma page_count") * one("pragma page_size");
  const free = one("pragma freelist_count") * one("pragma page_size");
  db.close();
  return { entries, logBytes: fileBytes - free, fileBytes };
}

for (let person = 0; person < people; person++)
  await send("PUT", "/v1/consents", { customerId: `c-${person}`, purposes: { personalize: true, learn: true, measure: true } });
const before = measureFile();
const endAt = performance.now() + minutes * 60_000;
const [told, asked, samples] = await Promise.all([
  steadily(eventsPerSecond, endAt, () => send("POST", "/v1/track", event())),
  steadily(asksPerSecond, endAt, () => send("POST", "/v1/recommendations", ask())),
  sample(endAt),
]);
const code = await server.stop();
const after = measureFile();
folder.remove();
agent.destroy();

const warm = samples.filter((_, index) => index >= samples.length * warmUpShare);
const [early, late] = [warm.slice(0, Math.ceil(warm.length / 4)), warm.slice(-Math.ceil(warm.length / 4))];
const rssOf = (some: readonly Sample[]) => median(some.map(({ rss }) => rss));
const p99 = (answers: readonly Answer[]) => answers.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(answers.length * 0.99)] ?? 0;
const failed = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 200).length;
const grown = after.entries - before.entries;
report(
  "soak",
  { minutes, eventsPerSecond, asksPerSecond, people, items, store: "sqlite", exit: code ?? -1 },
  {
    "events acknowledged": told.length - failed(told),
    "events not acknowledged": failed(told),
    "recommendations answered": asked.length - failed(asked),
    "recommendations not answered": failed(asked),
    "event, p99 ms": round(p99(told)),
    "recommendation, p99 ms": round(p99(asked)),
    "RSS MB, first quarter after the warm-up": round(rssOf(early), 0),
    "RSS MB, last quarter": round(rssOf(late), 0),
    "RSS, last to first quarter": round(rssOf(late) / rssOf(early), 3),
    "RSS MB, most": round(Math.max(...samples.map(({ rss }) => rss)), 0),
    "log entries added (events, and an impression for each recommendation)": grown,
    "file MB added": round((after.fileBytes - before.fileBytes) / 2 ** 20),
    "bytes of the file for each entry added": round((after.logBytes - before.logBytes) / grown, 0),
  },
);
