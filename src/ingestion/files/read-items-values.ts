/** Things of one cell that are looked at. */
const mostParts = 100;
const quoted = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;

/**
 * What a cell of an item file says: a list where it is one (JSON, a list as Python prints it, or a|b|c), a number where
 * it is a plain one, else its text. Null for nothing, and for an address.
 */
export function valueOfText(text: string): string | number | readonly string[] | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (/^\[[\s\S]*\]$/.test(trimmed)) return partsOrNull(listOf(trimmed));
  if (/^\{[\s\S]*\}$/.test(trimmed)) return partsOrNull(leaves(parsed(trimmed)));
  if (trimmed.includes("|")) return partsOrNull(trimmed.split("|"));
  // Leading zeros belong to codes.
  if (/^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  return trimmed;
}

function listOf(text: string): readonly string[] {
  const found = parsed(text);
  if (found !== undefined) return leaves(found);
  const words = [...text.matchAll(quoted)].map(([, single, double]) => single ?? double ?? "");
  return words.length > 0 ? words : text.slice(1, -1).split(",");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The texts in a value of JSON; of {"id": 28, "name": "Action"} the name. */
function leaves(value: unknown): string[] {
  if (Array.isArray(value)) return value.slice(0, mostParts).flatMap(leaves);
  if (typeof value === "object" && value !== null) {
    const named = Object.entries(value).find(([key]) => /^(name|title|label|value)$/i.test(key));
    return named === undefined ? Object.entries(value).flatMap(([key, one]) => leaves(one).map((leaf) => `${key} ${leaf}`)) : leaves(named[1]);
  }
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

function partsOrNull(parts: readonly string[]): readonly string[] | null {
  const filled = parts.map((part) => part.trim()).filter((part) => part !== "");
  return filled.length === 0 ? null : filled.slice(0, mostParts);
}
