import type { DataUse, ReasonKind, Surface } from "#domain/recommendation.ts";
import { type Html, html, renderHtml } from "#markup/html.ts";
import { type Locale, localeFacts } from "./locales.ts";
import { isMessageKey, listIn, type MessageKey, type Say, sayIn } from "./say.ts";
import { shell } from "./shell.ts";

/** How a shop ranks, as the room that ranks tells it. */
export type RankingWords = {
  readonly surfaces: readonly {
    readonly surface: Surface;
    readonly ladder: readonly string[];
    readonly usesPast: boolean;
    readonly model: string | null;
    readonly rules: readonly { readonly name: string; readonly value: number | null }[];
    readonly weights: readonly { readonly kind: ReasonKind; readonly share: number }[] | null;
  }[];
  readonly models: readonly {
    readonly name: string;
    readonly version: number;
    readonly builtAt: number;
    readonly params: Readonly<Record<string, number | string>>;
  }[];
  readonly dial: readonly DataUse[];
  readonly sponsoredItems: number;
  readonly boostedItems: number;
  readonly probes: number;
};

export type RankingPlace = {
  readonly locale: Locale;
  readonly shopName: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
};

/** The public page on how a shop ranks: nothing in it is written by hand but the words around the numbers. */
export function showRanking({ locale, shopName, path, fields }: RankingPlace, facts: RankingWords): string {
  const tell = sayIn(locale);
  const main = html`<h1>${tell("ranking.title")}</h1><p class="lead">${tell("ranking.lead", { shop: shopName })}</p>
<section class="card" aria-labelledby="options"><h2 id="options">${tell("ranking.options")}</h2><p>${tell("ranking.off")}</p>
<p>${tell("ranking.optionsText", { count: facts.dial.length })}</p><ul>${facts.dial.map(
    (level) => html`<li><strong>${tell(`dial.${level}`)}</strong>: ${tell(`dial.${level}.reads`)}</li>`,
  )}</ul><p>${tell("ranking.own")}</p></section>
<h2>${tell("ranking.places")}</h2>
${facts.surfaces.map((surface) => surfaceCard(surface, facts.probes, tell, locale))}
<section class="card" aria-labelledby="money"><h2 id="money">${tell("why.paid.sponsored")}</h2>
<p>${tell("ranking.noMoney", { sponsored: facts.sponsoredItems, boosted: facts.boostedItems })}</p><p>${tell("ranking.noPrice")}</p></section>
${
  facts.models.length > 0 &&
  html`<section class="card" aria-labelledby="models"><h2 id="models">${tell("ranking.models")}</h2><p>${tell("ranking.modelText")}</p>${facts.models.map((model) => modelDetails(model, tell, locale))}</section>`
}`;
  const language = { action: path, method: "get", fields } as const;
  return renderHtml(shell({ locale, tell, shopName, title: tell("ranking.title"), main, nav: null, formToken: null, rankingHref: null, language }));
}

/** No such shop, or none was named where there are several. */
export function showNoRanking(locale: Locale): string {
  const tell = sayIn(locale);
  const main = html`<h1>${tell("ranking.title")}</h1><section class="card"><p>${tell("ranking.noShop")}</p></section>`;
  return renderHtml(
    shell({ locale, tell, shopName: "", title: tell("ranking.title"), main, nav: null, formToken: null, rankingHref: null, language: null }),
  );
}

function surfaceCard(
  { surface, ladder, usesPast, model, rules, weights }: RankingWords["surfaces"][number],
  probes: number,
  tell: Say,
  locale: Locale,
): Html {
  const id = `surface-${surface}`;
  const rungs = ladder.map((rung) => tell(`rung.${rung}` as MessageKey));
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${tell(`surface.${surface}`)}</h2>
<p>${model === null ? tell("ranking.byAge") : tell("ranking.byModel", { name: model })} ${tell(usesPast ? "ranking.usesPast" : "ranking.noPast")}</p>
<p>${rungs.length > 1 && tell("ranking.looksFirst", { rungs: listIn(locale, rungs) })}</p>
<h3>${tell("ranking.weights")}</h3>${weightsTable(weights, usesPast, probes, tell)}
<h3>${tell("ranking.rules")}</h3><ul>${rules.map(({ name, value }) => {
    const key = `why.rule.${name}`;
    return html`<li>${isMessageKey(key) ? tell(key, value === null ? {} : { value }) : name}</li>`;
  })}</ul></section>`;
}

function weightsTable(weights: RankingWords["surfaces"][number]["weights"], usesPast: boolean, probes: number, tell: Say): Html {
  if (weights === null) return html`<p>${tell(usesPast ? "ranking.noWeights" : "ranking.noWeightsYet")}</p>`;
  return html`<table class="weights"><tbody>${weights.map(({ kind, share }) => {
    // Measured from items of the page: where the past is allowed, it asks in their place.
    const words = tell(`kind.${kind === "item" && usesPast ? "event" : kind}`);
    return html`<tr><th scope="row">${words}</th><td class="share"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="6"/><rect width="${(100 * share).toFixed(1)}" height="6"/></svg></td><td>${share < 0.01 ? tell("why.shareSmall") : tell("why.share", { share })}</td></tr>`;
  })}</tbody></table><p class="soft">${tell("ranking.weightsHow", { count: probes })}</p>`;
}

function modelDetails({ name, version, builtAt, params }: RankingWords["models"][number], tell: Say, locale: Locale): Html {
  const numbers = new Intl.NumberFormat(localeFacts[locale].tag, { maximumSignificantDigits: 6 });
  return html`<details><summary>${tell("ranking.model", { name, version, at: builtAt })}</summary><table class="weights"><thead><tr><th scope="col">${tell("ranking.param")}</th><th scope="col">${tell("ranking.value")}</th></tr></thead><tbody>${Object.entries(
    params,
  ).map(
    ([param, value]) =>
      html`<tr><th scope="row"><code>${param}</code></th><td><bdi>${typeof value === "number" ? numbers.format(value) : value}</bdi></td></tr>`,
  )}</tbody></table></details>`;
}
