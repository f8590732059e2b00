import { createInterface } from "node:readline";

/** What is typed until an empty line, or comes in until the end. The question goes to stderr: stdout is the answer's. */
export async function askOnStdin(question: string): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write(question);
  const lines: string[] = [];
  const reader = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of reader) {
      if (line.trim() === "" && lines.length > 0 && process.stdin.isTTY) break;
      if (lines.length < 1_000) lines.push(line.slice(0, 10_000));
    }
  } finally {
    reader.close();
    process.stdin.unref?.();
  }
  return lines.join("\n");
}
