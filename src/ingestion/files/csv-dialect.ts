/** How a separated-values file is written, told from its beginning. */
export type CsvDialect = {
  readonly delimiter: string;
  /** Lines above the one with the column names. */
  readonly skip: number;
  readonly columns: readonly string[];
};

const delimiters = [",", ";", "\t", "|"];

/**
 * Reads the separator and the column names from the first lines. The separator is the one that parts the header into
 * most columns while the next lines agree; nothing else is guessed, so that a file is read the same way every time.
 */
export function readCsvDialect(beginning: string): CsvDialect {
  const text = beginning.replace(/^\uFEFF/, "");
  // Excel writes the separator into a line of its own.
  const announced = /^"?sep=(.)"?\r?\n/i.exec(text);
  const body = announced ? text.slice(announced[0].length) : text;
  const candidates = announced ? [announced[1]!] : delimiters;
  const delimiter = candidates.reduce((best, next) => (agreement(body, next) > agreement(body, best) ? next : best));
  return { delimiter, skip: announced ? 1 : 0, columns: nameColumns(splitRecords(body, delimiter, 1)[0] ?? []) };
}

/** Fields in the header, plus a little for each of the next lines that has as many. */
function agreement(text: string, delimiter: string): number {
  const [header, ...rows] = splitRecords(text, delimiter, 20);
  if (header === undefined || header.length < 2) return 0;
  const same = rows.filter((row) => row.length === header.length).length;
  return rows.length === 0 ? header.length : (header.length * (1 + same)) / (1 + rows.length);
}

/** The first records of the text; a quoted field may hold separators, doubled quotes and line ends. */
export function splitRecords(text: string, delimiter: string, limit: number): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length && records.length < limit; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text[++at];
      else quoted = false;
    } else if (char === '"' && field === "") quoted = true;
    else if (char === delimiter) {
      record.push(field);
      field = "";
    } else if (char === "\n") {
      record.push(field.replace(/\r$/, ""));
      if (record.length > 1 || record[0] !== "") records.push(record);
      record = [];
      field = "";
    } else field += char;
  }
  // The last line may lack its line end, or be cut off by the end of the sample; then only its beginning counts.
  if (records.length === 0 && (field !== "" || record.length > 0)) records.push([...record, field]);
  return records;
}

/** Names for all columns, each once: the reader below does not tell "Price" from "price". */
function nameColumns(header: readonly string[]): string[] {
  const used = new Set<string>();
  return header.map((raw, index) => {
    const base = raw.trim() || `column ${index + 1}`;
    let name = base;
    for (let again = 2; used.has(name.toLowerCase()); again++) name = `${base} (${again})`;
    used.add(name.toLowerCase());
    return name;
  });
}
