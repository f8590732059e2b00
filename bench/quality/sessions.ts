import { modelNamed } from "#models/catalogue.ts";
import type { Model } from "#models/model.ts";
import type { Params } from "#models/params.ts";
import type { History } from "#models/step.ts";
import { describeMachine } from "../support/machine.ts";
import { nextBasketRecall, nextItemMrr, serenadeSessions, tafengCases } from "./session-data.ts";

// node bench/quality/sessions.ts [serenade|tafeng] [model …]: next item and next basket on real data, with seconds to
// learn and milliseconds a question. Defaults unless said otherwise; seed 1.

const k = { serenade: 20, tafeng: 10 };
const published: Readonly<Record<string, { readonly model: string; readonly params: Params }>> = {
  "vmis-knn, example.toml": { model: "vmis-knn", params: { recentSessions: 500, neighbours: 50, maxItemsInSession: 2, idfWeighting: 1 } },
  "vmis-knn, README": { model: "vmis-knn", params: { recentSessions: 1502, neighbours: 288, maxItemsInSession: 4, idfWeighting: 1 } },
};

function timed<Value>(run: () => Value): { value: Value; seconds: number } {
  const start = performance.now();
  const value = run();
  return { value, seconds: (performance.now() - start) / 1000 };
}

function measure(row: string, histories: readonly History[], ask: (model: Model) => Record<string, number> & { cases: number }): void {
  const { model: name, params } = published[row] ?? { model: row, params: {} };
  const factory = modelNamed(name);
  if (!factory.ok) throw new Error(factory.problem.detail);
  const fit = timed(() => factory.value.fit({ histories, content: null }, { seed: 1, params }));
  const asked = timed(() => ask(fit.value));
  const { cases, ...quality } = asked.value;
  const figures = Object.entries(quality).map(([metric, value]) => `${metric} ${value.toFixed(4)}`);
  console.log(
    `  ${row.padEnd(24)} ${figures.join("  ")}  (${cases} cases, learnt in ${fit.seconds.toFixed(1)} s, ${((asked.seconds * 1000) / cases).toFixed(2)} ms a question)`,
  );
}

const [only, ...chosen] = process.argv.slice(2);
const rows = (usual: readonly string[]) => (chosen.length > 0 ? chosen : usual);
const { cpu, node, commit } = describeMachine();
console.log(`${cpu}, node ${node}, ${commit}`);

if (only !== "tafeng") {
  const histories = serenadeSessions("train");
  for (const part of ["valid", "test"] as const) {
    console.log(`Serenade's example, ${part}: each next item of each session, the current one excluded, @${k.serenade}`);
    const sessions = serenadeSessions(part);
    for (const row of rows([...Object.keys(published), "vmis-knn", "transitions", "linear", "popular-all", "popular-week"])) {
      measure(row, histories, (model) => nextItemMrr(model, sessions, k.serenade));
    }
  }
}
if (only !== "serenade") {
  const cases = tafengCases();
  console.log(`Ta-Feng: the next basket of everybody, repeats allowed, @${k.tafeng}`);
  for (const row of rows(["tifu-knn", "gp-topfreq", "p-topfreq", "popular-all", "transitions", "linear"])) {
    measure(
      row,
      cases.map(({ history }) => history),
      (model) => nextBasketRecall(model, cases, k.tafeng),
    );
  }
}
