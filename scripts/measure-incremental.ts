import { parseArgs } from "node:util";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { servableModels } from "#models/catalogue.ts";
import { createItemContent } from "#models/content/create-item-content.ts";
import { countPerson, emptyCounts } from "#models/counts/counts.ts";
import { encodeCounts } from "#models/counts/counts-artefact.ts";
import { pairsIn } from "#models/counts/period-counts.ts";
import type { Step } from "#models/step.ts";

// What it costs to follow one more order in a large shop: the shop is made up, with as many shelves as it takes for
// items to have neighbours; people buy mostly from two of them, the front of a shelf more often.

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "100000" },
    people: { type: "string", default: "100000" },
    orders: { type: "string", default: "5" },
    described: { type: "boolean", default: false },
  },
});
const [itemCount, peopleCount, orders] = [Number(values.items), Number(values.people), Number(values.orders)];
const shelves = Math.max(1, Math.round(itemCount / 250));
const random = createSeededRandom(1);
const megabyte = 2 ** 20;

function report(name: string, value: number, unit: string): void {
  console.log(`${name.padEnd(44)}${value.toFixed(unit === "s" ? 2 : 0).padStart(10)} ${unit}`);
}

function timed<Result>(name: string, work: () => Result): Result {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${name.padEnd(44)}${((performance.now() - start) / 1000).toFixed(2).padStart(10)} s, of processors ${((user + system) / 1e6).toFixed(2)} s`,
  );
  return result;
}

function pickItem(favourites: readonly number[]): ItemId {
  const shelf = random.next() < 0.8 ? favourites[random.int(favourites.length)]! : random.int(shelves);
  return `i${shelf + shelves * Math.floor((itemCount / shelves) * random.next() ** 2)}` as ItemId;
}

function somebody(person: number): Step[] {
  const favourites = [random.int(shelves), random.int(shelves)];
  return Array.from({ length: orders }, (_, order) => {
    const at = (20_000 + random.int(180)) * dayMs + random.int(dayMs);
    return [0, 1].map(
      (): Step => ({ itemId: pickItem(favourites), type: "purchase", weight: eventWeight.purchase, quantity: 1, at, basket: `${person} ${order}` }),
    );
  }).flat();
}

const words = (item: number) => `${["brass", "oak", "blue", "linen", "small"][item % 5]} thing ${item % 977} of kind ${item % 113}`;
const catalogue = Array.from(
  { length: itemCount },
  (_, item) => [`i${item}` as ItemId, { title: words(item), categories: [`Shelf ${item % shelves}`], brand: `Brand ${item % 331}` }] as const,
);
const content = values.described ? timed("content of the catalogue", () => createItemContent(new Map(catalogue))) : null;

const histories = Array.from({ length: peopleCount }, (_, person) => somebody(person));
const counts = emptyCounts();
timed("counting everybody", () => {
  for (const steps of histories) countPerson(counts, steps, 1);
});
report("pairs", pairsIn(counts.periods), "pairs");
report("counts as kept", timed("encoding the counts", () => encodeCounts(counts)).length / megabyte, "MB");

function touchedItems(): Set<ItemId> {
  const touched = new Set([...counts.touched].map((item) => counts.ids.idOf(item)));
  counts.touched.clear();
  return touched;
}

counts.touched.clear();
for (const name of ["linear", "together"] as const) {
  const builder = servableModels[name].builder();
  timed(`${name}: solving everything`, () => builder.build(counts, content, { seed: 1 }, null));
  for (const person of [7, 77, 777]) {
    const more: Step = { ...histories[person]!.at(-1)!, itemId: `new-${name}-${person}` as ItemId, at: 20_200 * dayMs };
    const again = [more, { ...more, itemId: pickItem([1, 2]) }];
    countPerson(counts, histories[person]!, -1);
    countPerson(counts, [...histories[person]!, ...again], 1);
    const touched = touchedItems();
    const model = timed(`${name}: an order more (${touched.size} items touched)`, () => builder.build(counts, content, { seed: 1 }, touched));
    const bytes = timed(`${name}: as bytes`, () => model.save());
    report(`${name}: as kept`, bytes.length / megabyte, "MB");
    timed(`${name}: loading`, () => servableModels[name].load(bytes));
  }
}
report("memory of this process", process.memoryUsage().rss / megabyte, "MB");
