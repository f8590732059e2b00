import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Every Markdown file of the repository, as paths from its root. */
export const markdownFiles: readonly string[] = globSync("{*.md,docs/**/*.md}", { cwd: repository }).sort();

export function readDoc(path: string): string {
  return readFileSync(repository + path, "utf8");
}

/** A fenced block: the words after the fence, and what is inside. */
export type FencedBlock = { readonly info: string; readonly text: string; readonly line: number };

export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { info: string; line: number; lines: string[] } | null = null;
  for (const [at, line] of markdown.split("\n").entries()) {
    if (line.startsWith("```") && open === null) open = { info: line.slice(3).trim(), line: at + 1, lines: [] };
    else if (line.startsWith("```") && open !== null) {
      blocks.push({ info: open.info, line: open.line, text: open.lines.join("\n") });
      open = null;
    } else open?.lines.push(line);
  }
  return blocks;
}

/** The text without its fenced blocks. */
export function withoutBlocks(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, "");
}

/** The cells of the rows of the first table below `heading`, without the head. */
export function tableBelow(markdown: string, heading: string): string[][] {
  const lines = markdown.slice(markdown.indexOf(`\n${heading}\n`)).split("\n");
  const first = lines.findIndex((line) => line.startsWith("| ---"));
  const rows = lines.slice(first + 1);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end).map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
}
