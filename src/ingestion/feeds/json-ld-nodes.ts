/** A thing of schema.org as JSON-LD writes it. */
export type Node = Readonly<Record<string, unknown>>;

const maxDepth = 32;
const maxNodes = 20_000;

export const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

/** One or many, as JSON-LD lets a writer choose. */
export const listOf = (value: unknown): readonly unknown[] => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

/** "Product", whether written so, as "schema:Product" or in full. */
export function typesOf(node: Node): string[] {
  return listOf(node["@type"]).flatMap((type) =>
    typeof type === "string" ? [type.replace(/^(https?:\/\/(www\.)?schema\.org\/|schema:)/i, "")] : [],
  );
}

export type NodeIndex = {
  /** Every thing on the page, in order, however deep it lies. */
  readonly all: readonly Node[];
  /** What `{"@id": "…"}` stands for. */
  resolve(value: unknown): Node | null;
  /** The same for one or many. */
  resolveAll(values: unknown): Node[];
};

export function indexNodes(roots: readonly unknown[]): NodeIndex {
  const all: Node[] = [];
  const byId = new Map<string, Node>();
  const walk = (value: unknown, depth: number): void => {
    if (depth > maxDepth || all.length >= maxNodes) return;
    if (Array.isArray(value)) for (const one of value) walk(one, depth + 1);
    if (!isNode(value)) return;
    all.push(value);
    const id = value["@id"];
    // A mere reference says nothing of the thing.
    if (typeof id === "string" && Object.keys(value).length > 1 && !byId.has(id)) byId.set(id, value);
    for (const inner of Object.values(value)) if (typeof inner === "object") walk(inner, depth + 1);
  };
  for (const root of roots) walk(root, 0);
  const resolve = (value: unknown): Node | null => {
    if (!isNode(value)) return null;
    const id = value["@id"];
    return typeof id === "string" && Object.keys(value).length === 1 ? (byId.get(id) ?? null) : value;
  };
  return {
    all,
    resolve,
    resolveAll: (values) =>
      listOf(values)
        .map(resolve)
        .filter((node) => node !== null),
  };
}
