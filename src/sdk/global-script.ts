import { attempt } from "./browser.ts";
import { createRapport as create } from "./create-rapport.ts";
import type { Rapport, RapportOptions } from "./public-types.ts";

// The classic script: makes window.rapport. With data-write-key on its tag it is ready to use; without, the page calls
// rapport.createRapport itself. What the page pushed into window.rapport before it was loaded is done then.

type Ready = (rapport: Rapport) => void;
type Global = Partial<Rapport> & { createRapport: (options: RapportOptions) => Rapport; push: (task: Ready) => void };

const page = window as unknown as { rapport?: Global | Ready[]; [name: string]: unknown };
const before = page.rapport;

// Included twice, it is there once.
if (before === undefined || Array.isArray(before)) {
  const { src, dataset } = (document.currentScript ?? {}) as Partial<HTMLScriptElement>;
  const createRapport = (options: RapportOptions) => create(options);
  const { writeKey, host, dataLayer } = dataset ?? {};
  const own = writeKey ? createRapport({ host: host ?? new URL(src!).origin, writeKey }) : null;
  const tasks = before ?? [];
  const push = (task: Ready) => {
    if (own === null) tasks.push(task);
    else attempt(() => task(own));
  };
  page.rapport = { ...own, createRapport, push };
  if (own !== null) for (const task of tasks) push(task);
  if (dataLayer !== undefined) {
    page[dataLayer || "dataLayer"] ??= [];
    own?.bridgeDataLayer(page[dataLayer || "dataLayer"]);
  }
}
