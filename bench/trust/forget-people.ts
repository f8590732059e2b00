import { setTimeout as sleep } from "node:timers/promises";
import { openBusyShop } from "./busy-shop.ts";

// People with a long history are exported and forgotten one after the other, while others ask for recommendations at a steady pace.

const eventsPerPerson = 10_000;
const [warmUpMs, quietMs] = [5_000, 20_000];
const betweenMs = 500;
/** As a patient client asks how far it is; each asking is noted in the audit log. */
const pollMs = 100;
const longestMs = 120_000;

export type Forgotten = {
  readonly forgetMs: readonly number[];
  readonly exportMs: readonly number[];
  /** How long others waited for their recommendations: while nothing else went on, while a copy was written, while somebody was forgotten. */
  readonly quietMs: readonly number[];
  readonly copyingMs: readonly number[];
  readonly forgettingMs: readonly number[];
};
type Phase = "quiet" | "copying" | "forgetting" | "between";

export async function forgetPeople(people: number, tell: (line: string) => void): Promise<Forgotten> {
  const shop = await openBusyShop();
  let phase: Phase = "between";
  const phaseNow = () => phase;
  try {
    for (let person = 0; person < people; person++) {
      await shop.live(`leaving-customer-${person}`, eventsPerPerson);
      tell(`${person + 1} of ${people} people with ${eventsPerPerson} events each`);
    }
    // Forgetting is measured, not learning.
    await shop.learnt();
    // The first answers are made by code that was never run before.
    const warmUpEnd = performance.now() + warmUpMs;
    await shop.askSteadily(phaseNow, () => performance.now() > warmUpEnd);
    phase = "quiet";
    const quietEnd = performance.now() + quietMs;
    const quiet = await shop.askSteadily(phaseNow, () => performance.now() > quietEnd);
    phase = "between";
    const [forgetMs, exportMs]: [number[], number[]] = [[], []];
    let done = false;
    const during = shop.askSteadily(phaseNow, () => done);
    for (let person = 0; person < people; person++) {
      const customerId = `leaving-customer-${person}`;
      const exportStart = performance.now();
      phase = "copying";
      await shop.call("GET", `/v1/privacy/export?customerId=${customerId}`);
      exportMs.push(performance.now() - exportStart);
      phase = "between";
      await sleep(betweenMs);
      phase = "forgetting";
      const start = performance.now();
      const { erasureId } = (await shop.call("POST", "/v1/privacy/erasures", { customerId })) as { erasureId: string };
      for (;;) {
        const { state } = (await shop.call("GET", `/v1/privacy/erasures/${erasureId}`)) as { state: string };
        if (state === "done") break;
        if (performance.now() - start > longestMs) throw new Error(`a forgetting stays ${state}`);
        await sleep(pollMs);
      }
      forgetMs.push(performance.now() - start);
      phase = "between";
      tell(`${person + 1} forgotten, ${Math.round(forgetMs.at(-1)!)} ms`);
    }
    done = true;
    const times = await during;
    const of = (one: Phase) => times.get(one) ?? [];
    return { forgetMs, exportMs, quietMs: quiet.get("quiet") ?? [], copyingMs: of("copying"), forgettingMs: of("forgetting") };
  } finally {
    await shop.close();
  }
}
