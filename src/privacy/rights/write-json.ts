import type { ExportPart } from "./access-export.ts";

const indent = (json: string) => json.replaceAll("\n", "\n  ");

/** As JSON, part by part: memory holds one page of rows. Keys stand in one order, so that equal data are equal bytes. */
export async function* writeJson(parts: readonly ExportPart[]): AsyncGenerator<string> {
  let before = "{\n";
  for (const { key, kind, read } of parts) {
    yield `${before}  ${JSON.stringify(key)}: `;
    before = ",\n";
    if (kind === "value") {
      yield indent(JSON.stringify(await read(), null, 2) ?? "null");
      continue;
    }
    let between = "[\n    ";
    for await (const page of read()) {
      if (page.length === 0) continue;
      yield between + page.map((row) => JSON.stringify(row)).join(",\n    ");
      between = ",\n    ";
    }
    yield between === "[\n    " ? "[]" : "\n  ]";
  }
  yield "\n}\n";
}
