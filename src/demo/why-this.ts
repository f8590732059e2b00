import type { EventType } from "#domain/event.ts";
import type { ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import type { DataUse, Reason, Recommendation, RecommendedItem, Surface } from "#domain/recommendation.ts";
import { type Html, html } from "#markup/html.ts";
import { href } from "./addresses.ts";
import { dateInWords } from "./wording.ts";

const dataUsed: Readonly<Record<DataUse, string>> = {
  nothing: "Nothing about you was used.",
  page: "Only the page you are on was used, nothing about you.",
  visit: "What you did during this visit was used.",
  purchases: "What you bought in this shop was used.",
  everything: "What you looked at and bought in this shop was used.",
};

const deeds: Readonly<Partial<Record<EventType, string>>> = {
  view: "You looked at",
  click: "You looked at",
  "cart-add": "You put in your basket",
  wishlist: "You wished for",
  purchase: "You bought",
  return: "You returned",
  dismiss: "You were not interested in",
};

/** Where the same is asked again, to say all of it. */
function everythingPath(itemId: ItemId, { surface, items }: Recommendation, pageItem: string | null): string {
  const asked = new URLSearchParams({ item: itemId, surface, n: String(items.length), ...(pageItem !== null && { page: pageItem }) });
  return `${href("/why")}?${asked}`;
}

/** The arithmetic of one suggestion in words, in three depths: a line; each term of its score and how much of the whole it is; a page with all of it. */
export function whyThis(
  suggested: RecommendedItem,
  recommendation: Recommendation,
  items: ReadonlyMap<ItemId, CatalogueItem>,
  pageItem: string | null,
): Html {
  const whole = suggested.reasons.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0);
  const byWeight = [...suggested.reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const line = byWeight.find(({ contribution }) => contribution > 0);
  return html`<details class="why"><summary>Why this?</summary>${line !== undefined && html`<p class="line">${reasonInWords(line, recommendation.surface, items)}.</p>`}<ul>${byWeight.map(
    (reason) => {
      const share = whole > 0 ? (100 * Math.abs(reason.contribution)) / whole : 0;
      return html`<li><span>${reasonInWords(reason, recommendation.surface, items)}</span> <span>${shareInWords(share, reason.contribution < 0)}</span><span class="share" aria-hidden="true"><i style="width:${share.toFixed(1)}%"></i></span></li>`;
    },
  )}</ul>${withoutItInWords(suggested.reasons, items)}<p>${dataUsed[recommendation.dataUse]} <a href="${href("/privacy")}">Change what may be used</a></p><p><a href="${everythingPath(suggested.itemId, recommendation, pageItem)}">Everything about this suggestion</a></p></details>`;
}

/** Said only where the engine has ranked everything again without it. */
function withoutItInWords(reasons: readonly Reason[], items: ReadonlyMap<ItemId, CatalogueItem>): Html | false {
  const tried = reasons.find(({ withoutIt }) => withoutIt !== null);
  if (tried === undefined || tried.item === null) return false;
  const title = items.get(tried.item)?.title ?? "that item";
  return html`<p>${tried.withoutIt === "gone" ? `Without “${title}” you would not see this here.` : `You would see this here without “${title}” as well.`}</p>`;
}

function shareInWords(share: number, against: boolean): string {
  const rounded = share > 0 && share < 1 ? "under 1%" : `${Math.round(share)}%`;
  return against ? `${rounded} against` : rounded;
}

function reasonInWords(reason: Reason, surface: Surface, items: ReadonlyMap<ItemId, CatalogueItem>): string {
  const title = reason.item === null ? null : (items.get(reason.item)?.title ?? "something no longer sold");
  switch (reason.kind) {
    case "event": {
      const deed = (reason.event !== null && deeds[reason.event]) || "You chose";
      const when = reason.at === null ? "" : ` on ${dateInWords(reason.at)}`;
      return title === null ? `Your own history${when}` : `${deed} “${title}”${when}`;
    }
    case "item":
      return title === null ? "Goes with what is on this page" : `${beside(surface)} “${title}”`;
    case "content":
      return `Alike by description${labelled(reason)}`;
    case "choice":
      return `You asked for it${labelled(reason)}`;
    case "popularity":
      return "Popular in the shop";
    case "context":
      return `Suits the moment${labelled(reason)}`;
    case "rule":
      return `A rule of the shop${labelled(reason)}`;
    case "rest":
      return reason.label ?? "Smaller reasons together";
  }
}

function beside(surface: Surface): string {
  if (surface === "similar") return "Chosen by the same people as";
  return surface === "complete-basket" ? "Often bought with your" : "Often bought together with";
}

function labelled({ label }: Reason): string {
  return label === null || label === "" ? "" : ` (${label})`;
}
