import { Option } from "commander";
import type { AnonymousId, CustomerId, ItemId } from "#domain/ids.ts";
import type { CatalogueItem } from "#domain/item.ts";
import { ProblemError } from "#domain/problem.ts";
import { type Reason, type Recommendation, surfaces } from "#domain/recommendation.ts";
import { commaList } from "./numbers.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & {
  readonly customer?: string;
  readonly anonymous?: string;
  readonly surface: string;
  readonly item?: string;
  readonly basket?: string;
  readonly category?: string;
  readonly n: string;
  readonly explain: string;
};

const verbs: Readonly<Partial<Record<string, string>>> = {
  purchase: "bought",
  view: "viewed",
  click: "opened",
  "cart-add": "put into the basket",
  wishlist: "wished for",
  dismiss: "not interested in",
  return: "returned",
};

/** What came of ranking again without it. */
function tried({ withoutIt }: Reason): string {
  if (withoutIt === null) return "";
  return withoutIt === "gone" ? " (without it: not in this list)" : " (without it: in this list as well)";
}

function inWords(reason: Reason, titleOf: (itemId: ItemId) => string): string {
  if (reason.kind === "event")
    return `${verbs[reason.event!] ?? reason.event} ${titleOf(reason.item!)} on ${new Date(reason.at!).toISOString().slice(0, 10)}`;
  if (reason.kind === "item") return `goes with ${titleOf(reason.item!)}`;
  return reason.label ?? reason.kind;
}

function print(recommendation: Recommendation, items: ReadonlyMap<ItemId, CatalogueItem>): void {
  const titleOf = (itemId: ItemId) => items.get(itemId)?.title ?? itemId;
  const { surface, personalized, dataUse, model } = recommendation;
  process.stdout.write(`${surface}: ${personalized ? "personal" : "not personal"}, data used: ${dataUse}, model ${model.name} v${model.version}\n`);
  for (const notice of recommendation.notices) process.stdout.write(`note: ${notice.detail}\n`);
  if (recommendation.items.length === 0) process.stdout.write("nothing to recommend here yet\n");
  for (const [position, { itemId, score, reasons }] of recommendation.items.entries()) {
    process.stdout.write(`\n${String(position + 1).padStart(2)}. ${titleOf(itemId)}  [${itemId}]  score ${score.toFixed(4)}\n`);
    for (const reason of reasons)
      process.stdout.write(
        `      ${reason.contribution >= 0 ? "+" : ""}${reason.contribution.toFixed(4)}  ${inWords(reason, titleOf)}${tried(reason)}\n`,
      );
  }
}

/** `rapport recommend --customer ID` */
export const recommendCommand: CommandFile = (program) => {
  withSharedOptions(program.command("recommend").description("what somebody would be shown, and why; nothing is recorded"))
    .option("--customer <id>", "for this customer")
    .option("--anonymous <id>", "for this visitor who is not signed in")
    .option("--surface <name>", surfaces.join(", "), "for-you")
    .option("--item <id>", "the product the page is about (similar, bought-together)")
    .option("--basket <ids>", "items in the basket, separated by commas (complete-basket)")
    .option("--category <name>", "only from this category")
    .option("-n, --n <number>", "how many", "10")
    .addOption(new Option("--explain <depth>", "how many of the reasons").choices(["short", "full"]).default("short"))
    .action(async (options: Options) => {
      const surface = surfaces.find((one) => one === options.surface);
      if (surface === undefined) throw new ProblemError({ code: "SURFACE_UNKNOWN", detail: options.surface });
      await withShop(options, async (house, shop) => {
        const names = { customerId: (options.customer ?? null) as CustomerId | null, anonymousId: (options.anonymous ?? null) as AnonymousId | null };
        const person = await house.gate.recognise(shop.shopId, names);
        if (person !== null && !person.known)
          throw new ProblemError({ code: "CUSTOMER_UNKNOWN", detail: options.customer !== undefined ? "--customer" : "--anonymous" });
        const result = await house.recommend(shop.shopId, {
          ...names,
          sessionId: null,
          surface,
          pageItems: (options.item === undefined ? [] : [options.item]) as ItemId[],
          basket: commaList(options.basket ?? "") as ItemId[],
          n: Number(options.n),
          category: options.category ?? null,
          explain: options.explain === "full" ? "full" : "short",
          preview: true,
        });
        if (!result.ok) throw new ProblemError(result.problem);
        const itemIds = result.value.items.flatMap(({ itemId, reasons }) => [itemId, ...reasons.flatMap(({ item }) => item ?? [])]);
        const items = await house.store.catalogue.get(shop.shopId, [...new Set(itemIds)]);
        if (!options.json) return print(result.value, items);
        const titled = result.value.items.map(({ itemId, score, reasons }) => ({
          id: itemId,
          title: items.get(itemId)?.title ?? itemId,
          score,
          reasons: reasons.map(({ at, ...reason }) => ({ ...reason, at: at === null ? null : new Date(at).toISOString() })),
        }));
        process.stdout.write(`${JSON.stringify({ ...result.value, items: titled })}\n`);
      });
    });
};
