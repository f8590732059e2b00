import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { evaluateCommand } from "#cli/evaluate-command.ts";
import { importCommand } from "#cli/import-command.ts";
import { runProgram } from "#cli/program.ts";
import { shopCommand } from "#cli/shop-command.ts";
import { tuneCommand } from "#cli/tune-command.ts";
import type { Evaluation } from "../evaluation.ts";
import type { Tuning } from "../tune/tune.ts";

// Words on the command line in, JSON out.

export type Said = {
  readonly exit: number;
  readonly out: string;
  readonly json: Evaluation & { error?: { code: string; detail: string }; notes: string[]; tuning: Tuning[] };
};

export async function runCommand(...words: string[]): Promise<Said> {
  let out = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const silent = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    const exit = await runProgram([shopCommand, importCommand, evaluateCommand, tuneCommand], words);
    return { exit, out, json: words.includes("--json") ? JSON.parse(out) : null };
  } finally {
    write.mockRestore();
    silent.mockRestore();
  }
}

export async function fileOf(content: string | Uint8Array, name: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "rapport-test-")), name);
  await writeFile(path, content);
  return path;
}

export type BoardRow = { readonly user: string; readonly item: string; readonly time: number };

export const boardPeople = 30;

/** Person p takes the squares of p's parity in turn; the right answer is always one of the same colour. */
export const board = Array.from({ length: boardPeople }, (_, person) =>
  Array.from({ length: boardPeople }, (_, turn) => (person + 7 * turn) % boardPeople).filter(
    (item) => item % 2 === person % 2 && item % 15 !== person % 15,
  ),
);

export const boardRows: readonly BoardRow[] = board.flatMap((items, person) =>
  items.map((item, turn) => ({ user: `u${person}`, item: `i${item}`, time: 1_700_000_000 + 86_400 * turn + person })),
);

export const boardCsv = `user,item,time\n${boardRows.map(({ user, item, time }) => `${user},${item},${time}`).join("\n")}\n`;
