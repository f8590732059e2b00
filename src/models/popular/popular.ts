import type { ItemId } from "#domain/ids.ts";
import { decodeArtefact, encodeArtefact } from "../artefact.ts";
import { type DayCounts, dayCountsOf, daySpan } from "../counts/count-days.ts";
import { createIdMap, type IdMap } from "../id-map.ts";
import type { ServableFactory, ServableModel } from "../model.ts";
import { lately, sumOf, windowDays } from "./popularity-of.ts";

const version = 1;

type Source = {
  readonly name: string;
  readonly description: string;
  readonly params: Readonly<Record<string, number>>;
  score(days: ReadonlyMap<number, number>, lastDay: number): number;
};

const trendDays = 7;
/** Added to what was expected, so that two sales after none are not a trend. */
const trendSmoothing = 33;

function windowedFactory(source: Source): ServableFactory {
  const create = (ids: IdMap, scores: Float64Array, lastDay: number): ServableModel => ({
    name: source.name,
    needs: "nothing",
    ids,
    score: (query) => ({ values: scores.slice(), contributionsOf: () => new Float64Array(query.length) }),
    save: () => encodeArtefact({ kind: source.name, version, meta: { ids: ids.ids(), lastDay }, sections: { scores } }),
    describe: () => ({ description: source.description, params: source.params, counts: { items: ids.size() } }),
  });
  return {
    name: source.name,
    needs: "nothing",
    explains: "sum",
    space: {},
    fit: ({ histories }) => fitCounts(dayCountsOf(histories)),
    fitCounts,
    builder: () => ({ build: fitCounts }),
    load(bytes) {
      const { meta, sections } = decodeArtefact(bytes, source.name, version);
      const { ids, lastDay } = meta as { ids: ItemId[]; lastDay: number };
      return create(createIdMap(ids), sections.scores as Float64Array, lastDay);
    },
  };

  function fitCounts(counts: DayCounts): ServableModel {
    const lastDay = daySpan(counts.days)?.last ?? 0;
    const kept = [...counts.days.keys()].filter((index) => counts.days[index]!.size > 0);
    kept.sort((a, b) => (counts.ids.idOf(a) < counts.ids.idOf(b) ? -1 : 1));
    const raw = Float64Array.from(kept, (index) => Math.max(0, source.score(counts.days[index]!, lastDay)));
    // As a share of the highest, so that a score means the same in a large shop and in a small one.
    const highest = raw.reduce((a, b) => Math.max(a, b), 0) || 1;
    return create(
      createIdMap(kept.map((index): ItemId => counts.ids.idOf(index))),
      raw.map((score) => score / highest),
      lastDay,
    );
  }
}

/** What most people did something with lately; the days before the window count a little, so that nothing ties at zero. */
export const popular = windowedFactory({
  name: "popular",
  description: `Events of the last ${windowDays} days, a purchase counting three views; earlier ones a hundredth`,
  params: { windowDays, trendDays },
  score: (days, lastDay) => lately(days, lastDay, windowDays),
});

/** What most people ever did something with. */
export const popularAll = windowedFactory({
  name: "popular-all",
  description: "All events there are, a purchase counting three views",
  params: {},
  score: (days) => sumOf(days, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
});

/** What most people did something with in the last week of the data; the days before count a little. */
export const popularWeek = windowedFactory({
  name: "popular-week",
  description: `Events of the last ${trendDays} days, a purchase counting three views; earlier ones a hundredth`,
  params: { windowDays: trendDays },
  score: (days, lastDay) => lately(days, lastDay, trendDays),
});

/** What is asked for more this week than the three weeks before would make one expect. */
export const trending = windowedFactory({
  name: "trending",
  description: `Events of the last ${trendDays} days against those of the ${windowDays - trendDays} before`,
  params: { windowDays, trendDays },
  score(days, lastDay) {
    const now = sumOf(days, lastDay - trendDays + 1, lastDay);
    const expected = (sumOf(days, lastDay - windowDays + 1, lastDay - trendDays) * trendDays) / (windowDays - trendDays);
    return (now - expected) / Math.sqrt(expected + trendSmoothing);
  },
});
