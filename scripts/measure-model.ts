import { parseArgs } from "node:util";
import { dayMs } from "#domain/clock.ts";
import { eventWeight } from "#domain/event-weight.ts";
import type { ItemId } from "#domain/ids.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { servableModels } from "#models/catalogue.ts";
import { countPerson, emptyCounts } from "#models/counts/counts.ts";
import { encodeCounts } from "#models/counts/counts-artefact.ts";
import { pairsIn } from "#models/counts/period-counts.ts";
import { queryOf } from "#models/query.ts";
import type { Step } from "#models/step.ts";

// What learning and answering cost for a catalogue of a given size: time, memory, bytes kept. The shop is made up:
// everybody buys ten items in five orders, mostly of two of its forty departments, the popular ones more often.

const { values } = parseArgs({ options: { items: { type: "string", default: "2000" }, people: { type: "string", default: "20000" } } });
const [itemCount, peopleCount] = [Number(values.items), Number(values.people)];
if (![itemCount, peopleCount].every((count) => Number.isSafeInteger(count) && count > 0)) throw new Error("--items and --people are whole numbers");

const departments = Math.min(40, itemCount);
const orders = 5;
const linesPerOrder = 2;
const megabyte = 2 ** 20;
const random = createSeededRandom(1);
const seconds = () => performance.now() / 1000;

function pickItem(favourites: readonly number[]): ItemId {
  const department = random.next() < 0.8 ? favourites[random.int(favourites.length)]! : random.int(departments);
  const shelf = Math.floor((itemCount - 1 - department) / departments) + 1;
  // The square leans to the front of the shelf.
  return `i${department + departments * Math.floor(shelf * random.next() ** 2)}` as ItemId;
}

function stepsOfSomebody(person: number): Step[] {
  const favourites = [random.int(departments), random.int(departments)];
  return Array.from({ length: orders }, (_, order) => {
    const at = (20_000 + random.int(180)) * dayMs + random.int(dayMs);
    return Array.from({ length: linesPerOrder }, (): Step => {
      return { itemId: pickItem(favourites), type: "purchase", weight: eventWeight.purchase, quantity: 1, at, basket: `${person} ${order}` };
    });
  }).flat();
}

function report(name: string, value: number, unit: string, digits = 1): void {
  console.log(`${name.padEnd(34)}${value.toFixed(digits).padStart(10)} ${unit}`);
}

const histories = Array.from({ length: peopleCount }, (_, person) => stepsOfSomebody(person));
const counts = emptyCounts();
let start = seconds();
for (const steps of histories) countPerson(counts, steps, 1);
report("counting", seconds() - start, "s");
report("pairs counted", pairsIn(counts.periods), "pairs", 0);
report("counts as kept", encodeCounts(counts).length / megabyte, "MB");

for (const name of ["linear", "together"] as const) {
  start = seconds();
  const model = servableModels[name].fitCounts(counts, null, { seed: 1 });
  report(`${name}: solving (${model.describe().params.solve})`, seconds() - start, "s");
  report(`${name}: weights`, model.describe().counts.weights!, "weights", 0);
  report(`${name}: as kept`, model.save().length / megabyte, "MB");
}

const linear = servableModels.linear.fitCounts(counts, null, { seed: 1 });
const times = histories.slice(0, 500).map((steps) => {
  const query = queryOf(steps);
  const before = performance.now();
  linear.score(query);
  return performance.now() - before;
});
report("scoring the catalogue once, median", times.sort((a, b) => a - b)[times.length >> 1]!, "ms", 2);
report("memory of this process", process.memoryUsage().rss / megabyte, "MB", 0);
