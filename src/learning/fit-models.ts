import { dayMs } from "#domain/clock.ts";
import type { ItemId } from "#domain/ids.ts";
import { type ServableName, servableModels, servableNames } from "#models/catalogue.ts";
import type { ItemContent } from "#models/content/item-content.ts";
import { daySpan } from "#models/counts/count-days.ts";
import type { Counts } from "#models/counts/counts.ts";
import type { ModelBuilder } from "#models/model.ts";
import type { Params } from "#models/params.ts";

/** One builder a model, kept from round to round: they remember what they solved. */
export type Builders = Readonly<Record<ServableName, ModelBuilder>>;

export function createBuilders(): Builders {
  return Object.fromEntries(servableNames.map((name) => [name, servableModels[name].builder()])) as Record<ServableName, ModelBuilder>;
}

export type FitJob = {
  readonly counts: Counts;
  readonly content: ItemContent | null;
  /** Items whose counts have changed since the builders were last asked; null: all may have. */
  readonly touched: ReadonlySet<ItemId> | null;
  readonly seed: number;
};

export type ModelCard = {
  readonly description: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly from: string | null;
  readonly to: string | null;
  readonly params: Readonly<Record<string, number | string>>;
  readonly metrics: Readonly<Record<string, number>> | null;
  readonly buildSeconds: number;
  readonly bytes: number;
};

export type FittedModel = { readonly name: ServableName; readonly artefact: Uint8Array; readonly card: Omit<ModelCard, "metrics"> };

/**
 * A shop asks what comes next, so what is two years old says less (guide/model.md has the measurements); the other parameters
 * are the defaults.
 */
export const servedParams: Readonly<Partial<Record<ServableName, Params>>> = { linear: { halfLifeDays: 730 } };

/** Makes every model of the catalogue from the counts. */
export function fitModels(builders: Builders, { counts, content, touched, seed }: FitJob, secondsSinceStart: () => number): FittedModel[] {
  const span = daySpan(counts.days);
  const dayOf = (day: number | undefined) => (day === undefined ? null : new Date(day * dayMs).toISOString());
  return servableNames.map((name) => {
    const start = secondsSinceStart();
    const model = builders[name].build(counts, content, { seed, params: servedParams[name] }, touched);
    const artefact = model.save();
    const { description, params, counts: sizes } = model.describe();
    const buildSeconds = secondsSinceStart() - start;
    return {
      name,
      artefact,
      card: { description, counts: sizes, from: dayOf(span?.first), to: dayOf(span?.last), params, buildSeconds, bytes: artefact.length },
    };
  });
}
