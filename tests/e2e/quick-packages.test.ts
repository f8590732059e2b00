import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { repository } from "../docs/markdown.ts";

const folder = `${repository}dist/packages/`;
const files = JSON.parse(readFileSync(`${folder}list.json`, "utf8")) as Record<string, string>;

/** Prints where packages are found, and how many things they hand out. */
const look = `Promise.all(${JSON.stringify(Object.keys(files))}.map(async (name) => [name, import.meta.resolve(name), Object.keys(await import(name)).sort()]))`;

describe("packages of many files", () => {
  const ask = (...before: string[]) =>
    JSON.parse(
      execFileSync(process.execPath, [...before, "--input-type=module", "-e", `console.log(JSON.stringify(await ${look}))`], {
        cwd: repository,
        encoding: "utf8",
      }),
    ) as [string, string, string[]][];

  it("are read in one piece by whoever starts the program, and hand out the same", () => {
    const quick = ask("--import", `${repository}bin/quick-packages.mjs`);
    const plain = ask();
    expect(quick.map(([name, , exported]) => [name, exported])).toEqual(plain.map(([name, , exported]) => [name, exported]));
    for (const [name, url] of quick) expect(url, name).toMatch(new RegExp(`/dist/packages/${files[name]}$`));
    for (const [name, url] of plain) expect(url, name).toContain(`/node_modules/${name.split("/")[0]}/`);
  });

  it("and by its threads", async () => {
    const program = `import "${pathToFileURL(`${repository}bin/quick-packages.mjs`)}"; import { parentPort } from "node:worker_threads";
      parentPort.postMessage(Object.keys(await import("kysely")).length)`;
    const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
    // A program without a folder finds no package by itself: only the hook knows where it is.
    const exported = await new Promise<number>((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
    expect(exported).toBeGreaterThan(100);
    await thread.terminate();
  });

  it("by all of them that compose a house", () => {
    const jobs = `${repository}src/server/jobs/`;
    const composing = readdirSync(jobs).filter((name) => /worker\.ts$/.test(name) && readFileSync(jobs + name, "utf8").includes("composeHouse"));
    expect(composing.sort()).toEqual(["background-worker.ts", "feed-worker.ts"]);
    for (const name of composing) {
      const program = readFileSync(jobs + name, "utf8");
      expect(program, name).toContain('import "../../../bin/quick-packages.mjs"');
      expect(program, name).not.toMatch(/^import \{ ?composeHouse/m);
    }
  });
});
