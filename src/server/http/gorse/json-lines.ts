import { badRequest } from "./gorse-error.ts";

const longestLine = 16 * 1024 * 1024;

/** One JSON value a line, with the number of its line; empty lines are passed over. */
export async function* readJsonLines(source: AsyncIterable<Buffer>): AsyncGenerator<{ readonly line: number; readonly value: unknown }> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let line = 0;
  const parse = (text: string) => {
    line++;
    if (text.trim() === "") return [];
    try {
      return [{ line, value: JSON.parse(text) as unknown }];
    } catch {
      throw badRequest(`line ${line}: not JSON`);
    }
  };
  const decode = (chunk?: Buffer) => {
    try {
      return chunk === undefined ? utf8.decode() : utf8.decode(chunk, { stream: true });
    } catch {
      throw badRequest(`after line ${line}: not UTF-8`);
    }
  };
  for await (const chunk of source) {
    const lines = (rest + decode(chunk)).split("\n");
    rest = lines.pop()!;
    if (rest.length > longestLine) throw badRequest(`line ${line + lines.length + 1}: longer than ${longestLine} characters`);
    for (const text of lines) yield* parse(text);
  }
  yield* parse(rest + decode());
}
