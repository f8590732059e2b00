import { readFile } from "node:fs/promises";
import { ProblemError } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import type { NewNotice } from "#privacy/consent/notices.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type SetOptions = SharedOptions & { readonly material?: string };

async function noticeIn(file: string): Promise<object> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new ProblemError({ code: "FILE_MISSING", detail: file });
  }
  try {
    const found = JSON.parse(text) as unknown;
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found;
  } catch {
    // Told below.
  }
  throw new ProblemError({ code: "NOTICE_INVALID", detail: "the file is no JSON object" });
}

function materialIn(text: string | undefined): boolean | readonly Purpose[] {
  if (text === undefined) return false;
  if (text === "all") return true;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !isPurpose(name));
  if (unknown !== undefined) throw new ProblemError({ code: "NOTICE_INVALID", detail: `--material: ${unknown} is no purpose` });
  return names as Purpose[];
}

/** `rapport notice list`, `rapport notice show [HASH]`, `rapport notice set FILE` */
export const noticeCommand: CommandFile = (program) => {
  const notice = program.command("notice").description("what people are told before they are asked, version by version");

  withSharedOptions(notice.command("list").description("all versions")).action(async (options: SharedOptions) => {
    const all = await withShop(options, (house, shop) => house.notices.list(shop.shopId));
    if (options.json) return void process.stdout.write(`${JSON.stringify({ notices: all })}\n`);
    for (const { notice: document, hash, publishedAt } of all)
      process.stdout.write(
        `${document.name}@${document.version}\t${new Date(publishedAt).toISOString()}\t${Object.keys(document.languages).join(",")}\t${hash}\n`,
      );
  });

  withSharedOptions(notice.command("show [hash]").description("one of them as JSON; the newest unless told")).action(
    async (hash: string | undefined, options: SharedOptions) => {
      const found = await withShop(options, async (house, shop) => {
        const all = await house.notices.list(shop.shopId);
        return hash === undefined ? all.findLast(({ notice: { name } }) => name === "privacy") : all.find((one) => one.hash === hash);
      });
      if (found === undefined) throw new ProblemError({ code: "NOTICE_UNKNOWN", detail: "hash" });
      process.stdout.write(`${options.json ? JSON.stringify(found.notice) : JSON.stringify(found.notice, null, 2)}\n`);
    },
  );

  withSharedOptions(notice.command("set <file>").description("publish a version: a JSON file with what is to change"))
    .option("--material <purposes>", "what these purposes (or all) mean is new: consents given before end")
    .action(async (file: string, options: SetOptions) => {
      const { version: _version, ...given } = (await noticeIn(file)) as NewNotice & { version?: unknown };
      const published = await withShop(options, (house, shop) =>
        house.notices.publish(shop.shopId, { ...given, material: materialIn(options.material) }),
      );
      if (!published.ok) throw new ProblemError(published.problem);
      const { notice: document, hash, ended } = published.value;
      if (options.json) return void process.stdout.write(`${JSON.stringify({ name: document.name, version: document.version, hash, ended })}\n`);
      process.stdout.write(`${document.name}@${document.version} is published (${hash}); ${ended} consents ended\n`);
    });
};
