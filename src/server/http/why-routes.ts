import { type Locale, localeFacts, localeOf } from "#centre/locales.ts";
import { sayWhy, type WhyWords } from "#centre/say-why.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { RecommendationRequest } from "#domain/recommendation.ts";
import { isSensitive } from "#privacy/preferences/sensitive.ts";
import type { Why } from "#serving/why.ts";
import type { FactorControl } from "#serving/why-factors.ts";
import type { House } from "../compose.ts";
import { errorReplies } from "../contract/errors.ts";
import { type WhyReply, whyBody, whyReply } from "../contract/why.ts";
import { itemIdOf, requireUsableIds } from "./decode-fields.ts";
import { gpcOf } from "./gpc.ts";
import { decodeRequest } from "./recommendation-routes.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** Says why in words; titles are those of the catalogue as it is now. */
export async function wordsOf(house: Pick<House, "snapshots">, shopId: ShopId, why: Why, locale: Locale): Promise<WhyWords> {
  const { items, positionOf } = await house.snapshots.of(shopId);
  return sayWhy(locale, why, { titleOf: (itemId) => items[positionOf.get(itemId) ?? -1]?.title ?? null, isSensitive });
}

/** The id under which an event of the person is kept; null where there is none any more. */
type EventIds = (item: ItemId, at: number | null) => string | null;

async function eventIdsOf(house: House, shopId: ShopId, request: RecommendationRequest, why: Why): Promise<EventIds> {
  if (!why.factors.some(({ control }) => control.kind === "delete-event")) return () => null;
  const { known } = await house.profile.of(shopId, request);
  return (item, at) => known.latest.find((event) => event.at === at && event.items.some(({ id }) => id === item))?.id ?? null;
}

type ControlRequest = WhyReply["factors"] extends readonly (infer Factor)[] | undefined
  ? Factor extends { control: { request: infer R } }
    ? R
    : never
  : never;

function requestOf(control: FactorControl, eventId: EventIds): ControlRequest {
  const post = (path: string, body: Record<string, unknown>) => ({ method: "POST", path, body });
  switch (control.kind) {
    case "delete-event": {
      const id = eventId(control.item, control.at);
      return id === null ? null : { method: "DELETE", path: `/v1/profile/events/${encodeURIComponent(id)}`, body: null };
    }
    case "mute-category":
      return post("/v1/preferences/mute", { category: control.value });
    case "mute-brand":
      return post("/v1/preferences/mute", { brand: control.value });
    case "less":
      return post("/v1/preferences/less", { item: control.item, afterWhy: true });
    case "undo-choice":
      return { method: "PUT", path: "/v1/preferences", body: { more: {} } };
    case "turn-dial":
      return { method: "PUT", path: "/v1/preferences", body: { dataUse: "page" } };
    case "read-ranking":
      return { method: "GET", path: "/v1/ranking", body: null };
  }
}

function factorsToWire(why: Why, words: WhyWords, eventId: EventIds): WhyReply["factors"] {
  return why.factors.map((factor, place) => {
    const { kind, item, event, feature, contribution, share, source, date, control, withoutIt } = factor;
    const said = words.factors[place]!;
    return {
      kind,
      text: said.text,
      ...(item === null ? {} : { item }),
      ...(event === null ? {} : { event }),
      ...(feature === null ? {} : { feature }),
      contribution,
      share,
      shareText: said.share,
      source,
      sourceText: said.source,
      date: iso(date),
      control: { kind: control.kind, text: said.control, request: requestOf(control, eventId) },
      ...(withoutIt === null || said.withoutIt === null ? {} : { withoutIt, withoutItText: said.withoutIt }),
    };
  });
}

function everythingToWire(why: Why, words: WhyWords): WhyReply["everything"] {
  const { model, rules, paid, propensity, experiment } = why;
  return {
    texts: [...words.everything],
    model: { name: model.name, version: model.version, builtAt: iso(model.builtAt) },
    rules: rules.map((rule, place) => ({ ...rule, text: words.rules[place] ?? "" })),
    sponsored: paid.sponsored,
    boosted: paid.boosted,
    paidBy: paid.by,
    propensity,
    experiment,
  };
}

/** `POST /v1/why` */
export function addWhyRoutes(app: App, { house, checkKey }: RouteDeps): void {
  app.post(
    "/v1/why",
    {
      preHandler: checkKey("server"),
      schema: {
        tags: ["Recommendations"],
        summary: "Why one item is, or is not, in an answer",
        description: "Send what you sent for the recommendation, the item, and how much is to be told. Asks again, without recording anything.",
        body: whyBody,
        response: { 200: whyReply, ...errorReplies },
      },
    },
    async (request): Promise<WhyReply> => {
      const { body, shop } = request;
      const itemId = itemIdOf(body.itemId);
      requireUsableIds({ itemId });
      const locale = localeOf(body.locale) ?? "en";
      const depth = body.depth ?? "factors";
      const asked = decodeRequest(body, gpcOf(request));
      const result = await house.why.ofItem(shop.shopId, asked, itemId);
      if (!result.ok) throw new ProblemError(result.problem);
      const why = result.value;
      const words = await wordsOf(house, shop.shopId, why, locale);
      const { shown, surface } = why;
      const line = { itemId, surface, depth, locale, dir: localeFacts[locale].dir, shown, line: words.line, label: words.label };
      if (depth === "line") return line;
      const { place, score, personalized, dataUse } = why;
      const factors = factorsToWire(why, words, await eventIdsOf(house, shop.shopId, asked, why));
      const told = { ...line, place, score, personalized, dataUse, dataUseText: words.dataUse, factors };
      return depth === "factors" ? told : { ...told, everything: everythingToWire(why, words) };
    },
  );
}
