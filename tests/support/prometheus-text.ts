export type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|\+Inf|NaN)$/;
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  while (labelPair.lastIndex < text.length) {
    const pair = labelPair.exec(text);
    if (pair === null) throw new Error(`not a list of labels: ${text}`);
    labels[pair[1]!] = pair[2]!;
  }
  return labels;
}

/** Reads Prometheus' text format 0.0.4, strictly: every line a comment, a sample or empty, every sample of a declared type. */
export function readPrometheusText(text: string): Sample[] {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  for (const line of text.split("\n")) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type !== null) types.set(type[1]!, type[2]!);
    if (line === "" || line.startsWith("# ")) continue;
    const sample = sampleLine.exec(line);
    if (sample === null) throw new Error(`not a sample: ${line}`);
    const name = sample[1]!;
    if (!types.has(name) && !types.has(name.replace(/_(bucket|sum|count)$/, ""))) throw new Error(`no type was declared for ${name}`);
    samples.push({ name, labels: labelsOf(sample[2] ?? ""), value: Number(sample[3]!.replace("Inf", "Infinity")) });
  }
  return samples;
}
