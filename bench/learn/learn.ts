import { parseArgs } from "node:util";
import type { ItemId } from "#domain/ids.ts";
import { countPerson, countsOf } from "#models/counts/counts.ts";
import { linear } from "#models/linear/linear.ts";
import type { History } from "#models/step.ts";
import { keepResult } from "../support/keep-result.ts";
import { describeMachine } from "../support/machine.ts";
import { median, round } from "../support/median.ts";
import { drawHistories } from "./draw-histories.ts";
import { answerTimes, exponentOf, keep, learn, seed, timed } from "./measures.ts";

// npm run bench:learn [-- --only million,growth,large,incremental] [--json]
// What learning `linear` costs: a million events, how it grows, and 100,000 items. Each goal says whether it is met.

type Figures = Record<string, number | string>;

const megabyte = 2 ** 20;
const rounds = Number(process.env.RAPPORT_BENCH_ROUNDS ?? 3);
const million = { people: 6000, items: 3400, events: 1_000_000 };
const growth = { people: 5000, items: 2000, events: 50_000, scales: [1, 4, 16] };
const large = { people: 50_000, items: 100_000, events: 500_000, asked: 2000 };
const told = (sizes: object) => `${JSON.stringify(sizes).replace(/[{}"]/g, "").replaceAll(",", ", ").replaceAll(":", " ")}, seed ${seed}`;
const goal = (value: number, most: number) => (value <= most ? "pass" : "fail");

const parts: Record<string, { readonly settings: string; run(): Figures }> = {
  million: {
    settings: `${told(million)}; medians of ${rounds}`,
    run() {
      const histories = drawHistories(seed, million.people, million.items, million.events);
      const turns = Array.from({ length: rounds }, () => {
        const { model, ...learnt } = learn(histories);
        const { bytes, saveSeconds, loadSeconds } = keep(model);
        return { ...learnt, bytes, saveSeconds, loadSeconds };
      });
      const middle = (name: keyof (typeof turns)[number]) => median(turns.map((turn) => turn[name]));
      const whole = median(turns.map(({ countSeconds, solveSeconds }) => countSeconds + solveSeconds));
      const one = timed(() => countsOf(histories));
      const fromCounts = timed(() => linear.fitCounts(one.value, null, { seed }));
      return {
        events: histories.reduce((sum, { length }) => sum + length, 0),
        pairs: middle("pairs"),
        "counting everybody at once, s": round(middle("countSeconds")),
        "solving, s": round(middle("solveSeconds")),
        "counting and solving, s": round(whole),
        "the same in CPU seconds of all threads": round(middle("cpuSeconds")),
        "goal ≤ 10 s": goal(whole, 10),
        "saving, s": round(middle("saveSeconds"), 3),
        "loading, s": round(middle("loadSeconds"), 3),
        "artefact, MB": round(middle("bytes") / megabyte, 1),
        "counting person by person (as a shop keeps it), s": round(one.seconds),
        "solving from kept counts, s": round(fromCounts.seconds),
        "at once / person by person": round(middle("countSeconds") / one.seconds, 3),
      };
    },
  },
  growth: {
    settings: told(growth),
    run() {
      const { scales } = growth;
      const measured = scales.map((scale) => {
        const [people, items, events] = [growth.people * scale, growth.items * scale, growth.events * scale];
        const histories = drawHistories(seed, people, items, events);
        const turns = Array.from({ length: scale > 4 ? 1 : rounds }, () => learn(histories));
        const kept = keep(turns[0]!.model);
        const { p50, p99, cpu } = answerTimes(kept.model, histories, 2000);
        return {
          "counting and solving, CPU s": median(turns.map(({ cpuSeconds }) => cpuSeconds)),
          "counting, s": median(turns.map(({ countSeconds }) => countSeconds)),
          "solving, s": median(turns.map(({ solveSeconds }) => solveSeconds)),
          pairs: turns[0]!.pairs,
          "artefact, MB": kept.bytes / megabyte,
          "loading, s": kept.loadSeconds,
          "first 100, p50 ms": p50,
          "first 100, p99 ms": p99,
          "first 100, mean CPU ms": cpu,
        };
      });
      const figures: Figures = {};
      for (const name of Object.keys(measured[0]!) as (keyof (typeof measured)[number])[]) {
        for (const [at, scale] of scales.entries()) figures[`${name}, ${scale}×`] = round(measured[at]![name], 4);
        const exponent = exponentOf(
          scales,
          measured.map((one) => Math.max(one[name], 1e-9)),
        );
        figures[`${name}, exponent`] = round(exponent);
      }
      return figures;
    },
  },
  large: {
    settings: told(large),
    run() {
      const histories = largeHistories();
      const { model, countSeconds, solveSeconds, cpuSeconds, pairs } = learn(histories);
      const kept = keep(model);
      const items = kept.model.ids.size();
      const { p50, p99, cpu } = answerTimes(kept.model, histories, large.asked);
      const perItem = kept.bytes / items;
      return {
        items,
        pairs,
        "counting, s": round(countSeconds),
        "solving, s": round(solveSeconds),
        "counting and solving, CPU s of all threads": round(cpuSeconds),
        "artefact, MB": round(kept.bytes / megabyte, 1),
        "loading, s": round(kept.loadSeconds, 3),
        "goal: loading < 1 s": goal(kept.loadSeconds, 1),
        "first 100 of a history of 50, p50 ms": round(p50, 3),
        "first 100 of a history of 50, p99 ms": round(p99, 3),
        "goal: p99 ≤ 1 ms": goal(p99, 1),
        "the same, mean of the thread's own CPU, ms": round(cpu, 3),
        "bytes an item": round(perItem, 0),
        "a million items at as many bytes each, MB": round((perItem * 1e6) / megabyte, 0),
        "a million items at 100 neighbours each, MB (on paper)": round(((100 * 8 + perItemBesides(kept.model.ids.ids())) * 1e6) / megabyte, 0),
      };
    },
  },
  incremental: {
    settings: told(large),
    run() {
      const counts = countsOf(largeHistories());
      const builder = linear.builder();
      const first = timed(() => builder.build(counts, null, { seed }, null));
      const times = Array.from({ length: rounds }, (_, turn) => {
        counts.touched.clear();
        return timed(() => {
          countPerson(counts, orderOf(turn), 1);
          const touched = new Set<ItemId>([...counts.touched].map((index) => counts.ids.idOf(index)));
          const model = builder.build(counts, null, { seed }, touched);
          if (model.ids.indexOf(newItem(turn)) === undefined) throw new Error("the new item is not in the model");
        });
      });
      const again = median(times.map(({ seconds }) => seconds));
      return {
        "all anew, s": round(first.seconds),
        "after one order with a new item, s": round(again, 3),
        "the same in CPU seconds of all threads": round(median(times.map(({ cpuSeconds }) => cpuSeconds)), 3),
        "anew / after one order": round(first.seconds / again, 1),
        "goal ≤ 10 s": goal(again, 10),
      };
    },
  },
};

let drawn: readonly History[] | null = null;
function largeHistories(): readonly History[] {
  drawn ??= drawHistories(seed, large.people, large.items, large.events);
  return drawn;
}

const newItem = (turn: number) => `new-${turn}` as ItemId;

/** Somebody's first order: a new item and two that are known. */
function orderOf(turn: number): History {
  const items = [newItem(turn), `item-${10 + turn}` as ItemId, `item-${5000 + turn}` as ItemId];
  return items.map((itemId) => ({ itemId, type: "purchase", weight: 3, quantity: 1, at: 1.75e12 + turn, basket: `new-${turn}` }));
}

/** Bytes of an item in the artefact that are not weights: its id with quotes and comma, its place, its popularity. */
const perItemBesides = (ids: readonly string[]) => ids.reduce((sum, { length }) => sum + length + 3, 0) / ids.length + 8;

const { values: asked } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean", default: false } } });
const only = asked.only?.split(",") ?? Object.keys(parts);
const unknown = only.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${Object.keys(parts).join(", ")}`);
const machine = describeMachine();
const found: Record<string, unknown> = {};
const tell = asked.json ? () => {} : (line: string) => console.log(line);
tell(`learn on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, node ${machine.node}, ${machine.commit}`);
for (const name of only) {
  const { settings, run } = parts[name]!;
  tell(`${name}: ${settings}`);
  const figures = run();
  const width = Math.max(...Object.keys(figures).map((key) => key.length));
  for (const [key, value] of Object.entries(figures)) tell(`  ${key.padEnd(width)}  ${value}`);
  found[name] = {
    date: new Date().toISOString().slice(0, 10),
    machine,
    command: `npm run bench:learn -- --only ${name}`,
    settings,
    memoryMb: round(process.memoryUsage().rss / megabyte, 0),
    figures,
  };
  keepResult("learn", { [name]: found[name] });
}
if (asked.json) console.log(JSON.stringify({ bench: "learn", parts: found }));
