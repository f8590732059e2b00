import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { round } from "../support/median.ts";
import { report } from "../support/report.ts";

// A product feed of a million items, imported from the command line into an empty shop and then once more: items a second
// and the most memory the importing process ever had, for XML and for TSV.

const items = Number(process.env.RAPPORT_BENCH_ITEMS ?? 1_000_000);
const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rapport-feed-"));
/** Tells the peak in kilobytes when the process ends. */
const tellPeak = "data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS+'\\n'))";

const colors = ["Red", "Green", "Blue", "Black", "White", "Sand", "Teal"];
const words = "brass oak linen copper stoneware walnut cotton glass wool slate amber cedar marble pewter jute".split(" ");
const word = (at: number) => words[at % words.length]!;

type Product = Readonly<Record<string, string>>;

function product(at: number): Product {
  const sentence = Array.from({ length: 40 }, (_, place) => word(at * 7 + place * (1 + (at % 5)))).join(" ");
  return {
    id: `SKU-${at}`,
    title: `${word(at)} ${word(at * 3 + 1)} lamp, model ${at % 9973}`,
    description: `${sentence}. Made by hand & packed with care.`,
    link: `https://shop.example/p/${at}?ref=feed`,
    image_link: `https://img.shop.example/${at % 1000}/${at}.jpg`,
    availability: at % 17 === 0 ? "out of stock" : "in stock",
    price: `${(at % 20_000) / 100 + 1} USD`,
    brand: `Brand ${at % 800}`,
    gtin: String(4_000_000_000_000 + at),
    condition: "new",
    google_product_category: "Home & Garden > Lighting > Lamps",
    product_type: `Home > Lighting > ${word(at)} lamps`,
    color: colors[at % colors.length]!,
    item_group_id: `G-${at >> 2}`,
    custom_label_0: at % 3 === 0 ? "spring" : "all year",
  };
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

async function writeFeed(path: string, format: "xml" | "tsv"): Promise<void> {
  const file = createWriteStream(path);
  const write = async (text: string): Promise<void> => {
    if (!file.write(text)) await once(file, "drain");
  };
  const names = Object.keys(product(0));
  await write(
    format === "tsv" ? `${names.join("\t")}\n` : '<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n',
  );
  for (let at = 0; at < items; at += 1000) {
    let text = "";
    for (let one = at; one < Math.min(items, at + 1000); one++) {
      const fields = Object.entries(product(one));
      if (format === "tsv") text += `${fields.map(([, value]) => value).join("\t")}\n`;
      else text += `<item>${fields.map(([name, value]) => `<g:${name}>${escaped(value)}</g:${name}>`).join("")}</item>\n`;
    }
    await write(text);
  }
  if (format === "xml") await write("</channel></rss>\n");
  file.end();
  await once(file, "finish");
}

async function rapport(...args: readonly string[]): Promise<{ seconds: number; peakMegabytes: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, ["--import", tellPeak, program, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`rapport ${args.join(" ")} ended with ${code}: ${said}`);
  return { seconds: (performance.now() - start) / 1000, peakMegabytes: Number(/peak (\d+)/.exec(said)![1]) / 1024 };
}

try {
  const figures: Record<string, number> = {};
  for (const format of ["xml", "tsv"] as const) {
    const data = join(folder, `data-${format}`);
    const feed = join(folder, `feed.${format}`);
    await writeFeed(feed, format);
    await rapport("shop", "create", "Bench", "--currency", "USD", "--data", data, "--json");
    for (const run of ["first", "again"] as const) {
      const { seconds, peakMegabytes } = await rapport("import", "feed", feed, "--data", data);
      figures[`${format}_${run}_items_per_second`] = Math.round(items / seconds);
      figures[`${format}_${run}_seconds`] = round(seconds, 1);
      figures[`${format}_${run}_peak_rss_mb`] = Math.round(peakMegabytes);
    }
    figures[`${format}_file_mb`] = Math.round(statSync(feed).size / 2 ** 20);
    rmSync(feed);
    rmSync(data, { recursive: true });
  }
  report("feed", { items }, figures);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
