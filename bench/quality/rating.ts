import { readFileSync } from "node:fs";
import type { ItemId } from "#domain/ids.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import { createIdMap } from "#models/id-map.ts";
import type { ModelFactory } from "#models/model.ts";
import { contentRating } from "#models/rating/content-rating.ts";
import { itemKnnBaseline } from "#models/rating/item-knn-baseline.ts";
import { ratingBaseline } from "#models/rating/rating-baseline.ts";
import { svd } from "#models/rating/svd.ts";
import { svdpp } from "#models/rating/svdpp.ts";
import { folds, judgeRatings, parseRows, splitRows } from "#models/rating/testing/rated-rows.ts";
import { describeMachine } from "../support/machine.ts";

// Errors of predicted ratings on MovieLens 100K, five folds, beside those of Surprise: `node bench/quality/rating.ts [path of ml-100k] [model …]`.

type Figures = { rmse: number; mae: number };
type Golden = Readonly<Record<string, { "mean of 5": Figures }>>;

const [path = "../shared/data/ml-100k", ...chosen] = process.argv.slice(2);
const rows = parseRows(readFileSync(`${path}/u.data`, "utf8"));
const content = genresOf(readFileSync(`${path}/u.item`, "latin1"));
const here: Golden = JSON.parse(readFileSync(new URL("../../src/models/rating/golden/surprise.json", import.meta.url), "utf8"))["ml-100k"];
/** What Surprise's documentation says, for folds of its own; its kNN there is over people. */
const told: Readonly<Record<string, Figures>> = {
  "rating-baseline": { rmse: 0.944, mae: 0.748 },
  "item-knn-baseline": { rmse: 0.931, mae: 0.733 },
  svd: { rmse: 0.934, mae: 0.737 },
  svdpp: { rmse: 0.919, mae: 0.721 },
};

/** With the settings of Surprise the same as there; the defaults are others. */
const tried: readonly { name: string; factory: ModelFactory; params?: Record<string, number> }[] = [
  { name: "rating-baseline", factory: ratingBaseline },
  { name: "content-rating", factory: contentRating },
  { name: "item-knn-baseline", factory: itemKnnBaseline },
  { name: "svd, as Surprise", factory: svd, params: { factors: 100, epochs: 20, learningRate: 0.005, regularisation: 0.02 } },
  { name: "svd", factory: svd },
  { name: "svdpp, as Surprise", factory: svdpp, params: { factors: 20, epochs: 20, learningRate: 0.007, regularisation: 0.02 } },
  { name: "svdpp", factory: svdpp },
];

const { cpu, node, commit } = describeMachine();
console.log(`${cpu}, node ${node}, ${commit}; RMSE / MAE, mean of ${folds} folds`);
for (const { name, factory, params = {} } of tried) {
  if (chosen.length > 0 && !chosen.includes(factory.name)) continue;
  const sums = { rmse: 0, mae: 0, fitMs: 0, rateMs: 0 };
  for (let fold = 0; fold < folds; fold++) {
    const { train, test } = splitRows(rows, fold);
    const started = performance.now();
    const model = factory.fit({ histories: [...train.values()], content }, { seed: 1, params });
    const fitted = performance.now();
    const { rmse, mae } = judgeRatings(model, train, test);
    sums.rmse += rmse / folds;
    sums.mae += mae / folds;
    sums.fitMs += (fitted - started) / folds;
    sums.rateMs += (performance.now() - fitted) / folds;
  }
  const peer = (figures: Figures | undefined) => (figures === undefined ? "      –      " : `${figures.rmse.toFixed(4)} / ${figures.mae.toFixed(4)}`);
  console.log(
    `${name.padEnd(20)} ${peer(sums)}  Surprise here ${peer(here[factory.name]?.["mean of 5"])}, told ${peer(told[factory.name])}` +
      `  (a fold: learnt in ${(sums.fitMs / 1000).toFixed(1)} s, asked in ${(sums.rateMs / 1000).toFixed(1)} s)`,
  );
}

/** ml-100k's u.item: a film's number first, its marks for 19 genres last, with bars between. */
function genresOf(text: string): ItemContent {
  const films = text.trim().split("\n");
  const fields = films.map((line) => line.trim().split("|"));
  const genres = fields.map((film) => film.slice(-19).flatMap((mark, genre) => (mark === "1" ? [genre] : [])));
  const starts = new Int32Array(films.length + 1);
  for (const [film, having] of genres.entries()) starts[film + 1] = starts[film]! + having.length;
  const ids = createIdMap(fields.map(([film]) => film as ItemId));
  const names = Array.from({ length: 19 }, (_, genre) => `genre: ${genre}`);
  return { ids, names, starts, features: Int32Array.from(genres.flat()), values: new Float32Array(starts[films.length]!).fill(1) };
}
