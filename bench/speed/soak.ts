import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { HealthReply } from "#server/contract/console.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { type Environment, runRapport, serveRapport } from "../../tests/support/rapport-process.ts";
import { tempFolder } from "../../tests/support/temp-folder.ts";
import { waitUntil } from "../../tests/support/wait-until.ts";
import { computeFile } from "../support/computed-file.ts";
import { keepAwake } from "../support/keep-awake.ts";
import { keepResult } from "../support/keep-result.ts";
import { describeMachine } from "../support/machine.ts";
import { median, round } from "../support/median.ts";
import { report } from "../support/report.ts";
import { createShoppers, customerIdOf, itemIdOf } from "../support/soak-shoppers.ts";
import { type Answer, atPace, createClient, type Paced, percentile } from "../support/steady-load.ts";
import { flatnessOf, type Sample, watchProcess } from "../support/watch-process.ts";

// The product as a user starts it, learning and all, under a steady load: 300 events and 100 recommendations a second. Whether its
// memory stays what it is after the warm-up, and whether the file grows as computed beforehand from what an event takes.
//   npm run bench:soak [-- --minutes 60 --warm-up 15 --events 300 --asks 100 --people 20000 --items 500 --awake --keep --json]

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    "warm-up": { type: "string" },
    events: { type: "string", default: "300" },
    asks: { type: "string", default: "100" },
    people: { type: "string", default: "20000" },
    items: { type: "string", default: "500" },
    samples: { type: "string" },
    "node-options": { type: "string" },
    awake: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
if (values.awake) keepAwake();
const minutes = Number(values.minutes);
/** Until compiled code, first models and SQLite's page caches (64 MB a connection) are what they will be. */
const warmUpMinutes = Number(values["warm-up"] ?? Math.min(15, minutes / 4));
const [eventsPerSecond, asksPerSecond] = [Number(values.events), Number(values.asks)];
const [people, items, seed] = [Number(values.people), Number(values.items), 1];
/** What stands for "flat", and for "as computed". */
const flatWithin = 1.1;
const computedWithin = 0.1;
/** The log beside the file is taken back every 16 MB, as soon as nobody reads what is older. */
const mostWalMb = 64;
/** What is answered later than this was not kept up with. */
const latestMs = 2_000;
const shownItems = 10;

const say = (line: string) => {
  if (!values.json) process.stderr.write(`${line}\n`);
};

const folder = tempFolder("soak");
const file = join(folder.path, "rapport.sqlite");
const created = await runRapport(["shop", "create", "Soak", "--data", folder.path, "--json"]);
const { serverKey } = JSON.parse(created.stdout) as { serverKey: string };
const environment: Environment = values["node-options"] === undefined ? {} : { NODE_OPTIONS: values["node-options"] };
const server = await serveRapport(["--data", folder.path], environment);
const client = createClient(server.address, serverKey, 32);
/** Whatever goes wrong, no server is left behind. */
process.once("exit", () => {
  try {
    process.kill(server.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const shoppers = createShoppers({ people, items, seed });
/** What was acknowledged, by what it takes in the log. */
const tally = { views: 0, orders: 0, impressions: 0, shown: 0 };

async function tell(): Promise<Answer> {
  const { customerId, event, items: itemIds, orderId } = shoppers.next();
  const products = itemIds.map((id) => ({ product_id: id, price: 9.5, quantity: 1 }));
  const properties = orderId === null ? products[0] : { order_id: orderId, currency: "EUR", products };
  const answer = await client.send("POST", "/v1/track", { type: "track", messageId: randomUUID(), userId: customerId, event, properties });
  if (answer.status === 200) {
    if (orderId === null) tally.views++;
    else tally.orders++;
  }
  return answer;
}

async function ask(): Promise<Answer> {
  const customerId = shoppers.somebody();
  const kind = shoppers.random.next();
  const surface = kind < 0.6 ? "for-you" : kind < 0.8 ? "similar" : "popular";
  const page = surface === "similar" ? { item: shoppers.anItem() } : {};
  const answer = await client.send("POST", "/v1/recommendations", { surface, customerId, n: shownItems, ...page });
  if (answer.status === 200) {
    const { items: shown } = JSON.parse(answer.body) as { items: unknown[] };
    if (shown.length > 0) tally.impressions++;
    tally.shown += shown.length;
  }
  return answer;
}

async function inParallel(count: number, one: (index: number) => Promise<Answer>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) {
      const { status, body } = await one(next++);
      if (status !== 200) throw new Error(`the shop could not be made: ${status} ${body}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

say(`a shop of ${people} people and ${items} items`);
const shelf = Array.from({ length: items }, (_, item) => ({
  id: itemIdOf(item),
  title: `Tea number ${item} in a tin`,
  description: "Leaves from one garden, picked in spring, rolled by hand and dried in the sun; for three pots.",
  categories: ["Tea", `Kind ${item % 12}`],
  price: 4 + (item % 90) / 2,
  url: `https://shop.example/tea/${item}`,
}));
await inParallel(Math.ceil(items / 500), (part) => client.send("PUT", "/v1/items", { items: shelf.slice(part * 500, part * 500 + 500) }));
const decided = { personalize: true, learn: true, measure: true };
await inParallel(people, (person) => client.send("PUT", "/v1/consents", { customerId: customerIdOf(person), purposes: decided }));

const trace = values.samples === undefined ? null : createWriteStream(values.samples);
function onSample(sample: Sample): void {
  trace?.write(`${JSON.stringify(sample)}\n`);
  if (Math.round(sample.seconds / 5) % 12 !== 0) return;
  const whole = Object.entries(sample).map(([name, value]) => `${name} ${Math.round(value as number)}`);
  say(`  ${whole.join(", ")}`);
}

say(`${minutes} minutes of ${eventsPerSecond} events and ${asksPerSecond} recommendations a second, ${round(warmUpMinutes, 1)} of them to warm up`);
const startedAt = new Date().toISOString();
const endAt = performance.now() + minutes * 60_000;
const [told, asked, samples] = await Promise.all([
  atPace({ perSecond: eventsPerSecond, endAt, mostUnderWay: 600, latestMs }, tell),
  atPace({ perSecond: asksPerSecond, endAt, mostUnderWay: 200, latestMs }, ask),
  watchProcess({ pid: server.pid, address: server.address, file }, endAt, onSample),
]);
const loadEnded = performance.now();
const lagLeft = async () => {
  const { learner } = (await (await fetch(`${server.address}/health`)).json()) as HealthReply;
  return learner.lagEvents === 0 ? true : null;
};
const caughtUp = await waitUntil("everything learnt", lagLeft, 120_000).catch(() => null);
const catchUpSeconds = (performance.now() - loadEnded) / 1000;
client.close();
const exitCode = await server.stop();
trace?.end();

const store = await openSqlite(file);
const size = await store.sizes.size();
await store.close();
folder.remove();
const entries = size.tables.find(({ table }) => table === "log")!.rows;
const acknowledged = tally.views + tally.orders + tally.impressions;
const expectedEntries = acknowledged + 3 * people;
say("computing what that must take on the disk");
const computed = await computeFile(people, items, tally);
const mb = (bytes: number) => bytes / 2 ** 20;
const sizeOf = (names: readonly string[]) => size.tables.reduce((sum, { table, bytes }) => sum + (names.includes(table) ? bytes : 0), 0);
const historyBytes = sizeOf(computed.tables);
const learntBytes = sizeOf(["models", "consumers"]);

const warm = samples.filter(({ seconds }) => seconds >= warmUpMinutes * 60);
const rss = flatnessOf(warm.map(({ seconds, rssMb }) => ({ seconds, value: rssMb })));
const most = (of: (sample: Sample) => number, among: readonly Sample[] = samples) => Math.max(...among.map(of));
const refused = ({ sent, statuses }: Paced) => sent - (statuses["200"] ?? 0);
const cpu = (samples.at(-1)!.cpuSeconds - samples[0]!.cpuSeconds) / (samples.at(-1)!.seconds - samples[0]!.seconds);

const checks = {
  "RSS after the warm-up, highest to lowest minute within 10 %": rss.ratio <= flatWithin && Math.abs(rss.rise) <= flatWithin - 1,
  "file as computed within 10 %": Math.abs(historyBytes / computed.bytes - 1) <= computedWithin,
  "all sent was answered with 200": refused(told) + refused(asked) === 0,
  "99.9 % of what was due was sent": (told.leftOut + asked.leftOut) / (told.sent + asked.sent) <= 0.001,
  "the log holds what was acknowledged, once": entries === expectedEntries,
  "the learner keeps up": caughtUp !== null,
  [`the write-ahead log stays below ${mostWalMb} MB`]: most(({ walMb }) => walMb) <= mostWalMb,
  "the server ends well": exitCode === 0,
};
const figures = {
  "events acknowledged": tally.views + tally.orders,
  "recommendations answered": asked.statuses["200"] ?? 0,
  "refused or failed": refused(told) + refused(asked),
  "due and not sent": told.leftOut + asked.leftOut,
  "processes that wanted the machine, median": round(median(samples.map(({ load }) => load)), 1),
  "event, p50 ms": round(percentile(told.times, 0.5)),
  "event, p99 ms": round(percentile(told.times, 0.99)),
  "recommendation, p50 ms": round(percentile(asked.times, 0.5)),
  "recommendation, p99 ms": round(percentile(asked.times, 0.99)),
  "CPU of the server, cores": round(cpu),
  "RSS MB, lowest minute after the warm-up": round(rss.least, 0),
  "RSS MB, highest minute after the warm-up": round(rss.most, 0),
  "RSS, highest to lowest minute": round(rss.ratio, 3),
  "RSS MB, most of all samples": round(
    most(({ rssMb }) => rssMb),
    0,
  ),
  "RSS slope, MB an hour": round(rss.slopePerHour, 1),
  "RSS, rise of the line over the time measured, share": round(rss.rise, 4),
  "log entries": entries,
  "log entries expected": expectedEntries,
  "history MB computed": round(mb(computed.bytes)),
  "history MB in the file": round(mb(historyBytes)),
  "history, file to computed": round(historyBytes / computed.bytes, 4),
  ...Object.fromEntries(Object.entries(computed.bytesOf).map(([what, bytes]) => [`bytes for each ${what}, computed`, round(bytes, 1)])),
  "models and counts MB": round(mb(learntBytes)),
  "free pages MB": round(mb(size.freeBytes)),
  "file MB": round(mb(size.bytes)),
  "write-ahead log MB, most": round(most(({ walMb }) => walMb)),
  "learner lag after the warm-up, most entries": most(({ lagEvents }) => lagEvents, warm),
  "learner lag at the end, entries": samples.at(-1)!.lagEvents,
  "caught up after the load, s": round(catchUpSeconds, 1),
};
const settings = { minutes, warmUpMinutes, eventsPerSecond, asksPerSecond, people, items, store: "sqlite", awake: values.awake, startedAt };
const passed = Object.values(checks).every(Boolean);
/** One a minute, for whoever wants to draw it. */
const course = samples.filter((_, index) => index % 12 === 0);
if (values.keep) {
  const rounded = course.map((sample) => Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, round(value as number, 1)])));
  keepResult("soak", { soak: { machine: describeMachine(), settings, passed, checks, figures, course: rounded } });
}
report("soak", { ...settings, passed: String(passed), ...(values.json ? { checks } : {}) }, figures);
if (!values.json) for (const [check, held] of Object.entries(checks)) console.log(`  ${held ? "holds " : "FAILS "} ${check}`);
process.exitCode = passed ? 0 : 1;
