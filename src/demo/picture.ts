import type { CatalogueItem } from "#domain/item.ts";
import { type Html, trustedMarkup } from "#markup/html.ts";
import type { Paint } from "./drawings/brush.ts";
import { cupsDrawings } from "./drawings/cups.ts";
import { homeDrawings } from "./drawings/home.ts";
import { kitchenDrawings } from "./drawings/kitchen.ts";

const drawings = { ...cupsDrawings, ...kitchenDrawings, ...homeDrawings };

/** Which drawing suits which words; the first match in the title counts, then in the category. */
const subjects: readonly (readonly [RegExp, keyof typeof drawings])[] = [
  [/gift box/i, "box"],
  [/bread box|lunch box/i, "crate"],
  [/storage jar|spice jar|\bjars?\b/i, "jar"],
  [/coffee beans/i, "beans"],
  [/loose black tea|green tea|infusion/i, "pouch"],
  [/seeds/i, "seeds"],
  [/grinder/i, "grinder"],
  [/filters|piping/i, "cone"],
  [/dripper/i, "dripper"],
  [/french press/i, "press"],
  [/kettle|teapot/i, "pot"],
  [/watering can/i, "can"],
  [/travel mug|tumbler/i, "tumbler"],
  [/espresso cup|tea cup/i, "cup"],
  [/mug/i, "mug"],
  [/diffuser|incense/i, "diffuser"],
  [/scented candle|scent/i, "candle"],
  [/candle holder|dinner candles/i, "holder"],
  [/lantern/i, "lantern"],
  [/cake stand/i, "stand"],
  [/cake tin/i, "tin"],
  [/rolling pin/i, "pin"],
  [/trowel/i, "trowel"],
  [/casserole|saucepan/i, "casserole"],
  [/frying pan|\bwok\b/i, "pan"],
  [/cutting board|baking sheet|whetstone/i, "board"],
  [/knife/i, "knife"],
  [/spoon|cutlery|strainer/i, "spoon"],
  [/trimmer/i, "scissors"],
  [/plate|coaster|scrubber/i, "plate"],
  [/bowl|basket/i, "bowl"],
  [/\boil\b|plant food/i, "bottle"],
  [/plant pot/i, "plant"],
  [/gloves/i, "glove"],
  [/towel|napkin|tablecloth|throw|apron|wraps|linen|textile/i, "cloth"],
  [/card|paper|notebook|label/i, "card"],
  [/ribbon/i, "bow"],
  [/mugs|cups/i, "mug"],
  [/coffee|tea/i, "pouch"],
  [/garden/i, "plant"],
  [/kitchen|pans/i, "casserole"],
  [/table/i, "plate"],
  [/gift/i, "bow"],
];

/** Colours that titles name; anything else gets one of the shop's own, always the same for the same title. */
const named: readonly (readonly [RegExp, number, number, number])[] = [
  [/charcoal|black(?! tea)|slate|ink|midnight|cast-iron/i, 215, 12, 34],
  [/blue|indigo|willow/i, 210, 38, 48],
  [/forest|moss|sage|green(?! tea)|matcha|sencha|celadon|herb garden|bamboo|mint|verbena|fig/i, 135, 22, 45],
  [/terracotta|\bred\b|rust|ember|clay|brick|chilli|tomato/i, 14, 55, 52],
  [/mustard|gold|brass|champagne|turmeric|lemon|amber|citrus|orange/i, 40, 62, 55],
  [/oatmeal|speckle|linen|cream|ivory|white|porcelain|marble|natural|vanilla|plain/i, 36, 30, 80],
  [/copper|walnut|oak|wood|acacia|beech|cork|mango|olive|cedar|brown|kraft/i, 26, 38, 44],
  [/rose|blossom|pink|lavender|jasmine|heart/i, 345, 38, 66],
  [/steel|silver|tin|galvan|smoke|felt|concrete|grey|glass/i, 205, 12, 66],
];
const houseHues: readonly (readonly [number, number, number])[] = [
  [14, 50, 56],
  [150, 22, 44],
  [205, 30, 50],
  [38, 52, 60],
  [345, 28, 58],
  [265, 18, 54],
];

/** A drawing of the item, made from its words; the same item always looks the same. Decoration: titles stand beside it. */
export function pictureOf(item: Pick<CatalogueItem, "title" | "categories">): Html {
  const category = item.categories.at(-1) ?? "";
  const subject = subjects.find(([words]) => words.test(item.title)) ?? subjects.find(([words]) => words.test(category));
  const hash = hashText(item.title);
  const colour = named.find(([words]) => words.test(item.title));
  const [hue, saturation, light] = colour ? colour.slice(1) : (houseHues[hash % houseHues.length] ?? []);
  const paint = paintFrom(hue as number, saturation as number, light as number);
  const ground = 20 + (hashText(category) % 12) * 28;
  return trustedMarkup(
    `<svg class="picture" viewBox="0 0 200 200" aria-hidden="true" focusable="false"><rect x="-200" y="-200" width="600" height="600" fill="hsl(${ground} 32% 92%)"/>` +
      `<circle cx="${60 + (hash % 80)}" cy="${62 + (hash % 30)}" r="66" fill="hsl(${ground} 34% 88%)"/>` +
      `<ellipse cx="100" cy="161" rx="56" ry="6" fill="hsl(${ground} 22% 78%)"/>${drawings[subject?.[1] ?? "parcel"](paint)}</svg>`,
  );
}

function paintFrom(hue: number, saturation: number, light: number): Paint {
  const at = (lightness: number, strength = saturation) => `hsl(${hue} ${strength}% ${Math.max(8, Math.min(96, lightness))}%)`;
  return { main: at(light), dark: at(light - 14), deep: at(light - 26), pale: at(light + 16, saturation * 0.8) };
}

function hashText(text: string): number {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 16_777_619);
  return hash >>> 0;
}
