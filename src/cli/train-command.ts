import type { Learned } from "#learning/learn.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

/** What was learnt, in a line a model. */
export function tellModels({ models }: Learned): string {
  return models
    .map(({ name, version, card }) => {
      const judged =
        card.metrics === null
          ? "not enough data to judge it yet"
          : Object.entries(card.metrics)
              .filter(([key]) => key.includes("@"))
              .map(([key, value]) => `${key} ${value.toFixed(4)}`)
              .join(", ");
      return `  ${name} v${version}: ${card.counts.items} items, ${card.buildSeconds.toFixed(1)} s${name === "linear" || name === "popular" ? `; ${judged}` : ""}\n`;
    })
    .join("");
}

/** `rapport train` */
export const trainCommand: CommandFile = (program) => {
  withSharedOptions(program.command("train").description("learn now from all that is in the log, judge the models and publish them"))
    .option("--from-zero", "forget what was learnt, learn it anew from the first entry of the log, and say whether it is the same to the byte")
    .action(async (options: SharedOptions & { readonly fromZero?: true }) => {
      if (options.fromZero) return await tellReplay(options);
      const learned = await withShop(options, (house, shop) => house.learner.learn(shop.shopId, { judged: true, always: true }));
      if (options.json) process.stdout.write(`${JSON.stringify({ models: learned.models })}\n`);
      else process.stdout.write(`learnt and published:\n${tellModels(learned)}`);
    });
};

async function tellReplay(options: SharedOptions): Promise<void> {
  const { trainFromZero } = await import("./train-from-zero.ts");
  const { learned, counts, same, differing } = await trainFromZero(options);
  if (options.json)
    return void process.stdout.write(`${JSON.stringify({ same, differing, counts, cursor: learned.cursor, models: learned.models })}\n`);
  process.stdout.write(`learnt from the first entry to ${learned.cursor} and published:\n${tellModels(learned)}`);
  process.stdout.write(
    same
      ? `counts and models are the same to the byte as before (counts ${counts?.slice(0, 16) ?? "none"})\n`
      : `not the same as before: ${differing.join(", ")}; entries may have come in meanwhile\n`,
  );
}
