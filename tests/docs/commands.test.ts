import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";
import { fencedBlocks, markdownFiles, readDoc } from "./markdown.ts";
import { createReader } from "./run-blocks.ts";

const pages = markdownFiles.filter((path) => path === "README.md" || path.startsWith("docs/guide/"));
const shellBlocks = (path: string) => fencedBlocks(readDoc(path)).filter(({ info }) => /^sh\b/.test(info));
const pageLimitMs = 180_000;

/** Where other tests leave what they compiled, too: dozens of processes compile the same files. */
const compiled = join(tmpdir(), "node-compile-cache");
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

describe("the commands of the documentation", () => {
  it("blocks are run, or say that they are not; few are not", () => {
    const blocks = pages.flatMap(shellBlocks);
    expect(blocks.map(({ info }) => info).filter((info) => !["sh", "sh fails", "sh no-test"].includes(info))).toEqual([]);
    expect(blocks.filter(({ info }) => info === "sh no-test").length).toBeLessThanOrEqual(8);
    expect(blocks.length).toBeGreaterThan(25);
  });

  it.skipIf(!hasCurl).concurrent.each(pages)(
    `%s${hasCurl ? "" : " (skipped: needs curl)"}`,
    async (path) => {
      const folder = tempFolder("docs");
      const reader = createReader(folder.path, compiled);
      try {
        for (const block of shellBlocks(path)) {
          if (block.info === "sh no-test") continue;
          await reader.run(block).catch((error: Error) => {
            throw new Error(`${path}:${block.line}: ${error.message}`);
          });
        }
      } finally {
        await reader.leave();
        folder.remove();
      }
    },
    pageLimitMs,
  );
});
