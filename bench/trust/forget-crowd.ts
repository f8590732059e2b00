import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openBusyShop } from "./busy-shop.ts";

// Very many people want to be forgotten at once, while others ask for recommendations at a steady pace.

const eventsPerPerson = 3;
const connections = 64;
const pollMs = 1_000;
const longestMs = 3_600_000;

export type ForgottenCrowd = {
  /** Until every request was taken on, and until everybody was forgotten, looked for and certified. */
  readonly takenOnMs: number;
  readonly doneMs: number;
  /** How long others waited for their recommendations: while the requests came in, and after that, until everybody was forgotten. */
  readonly takingOnMs: readonly number[];
  readonly forgettingMs: readonly number[];
  /** The most memory the server had, where the system tells (Linux). */
  readonly mostMemoryMb: number | null;
};

/** So many at a time, until none is left. */
async function overConnections(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let index = next++; index < count; index = next++) await work(index);
    }),
  );
}

function mostMemoryMb(pid: number): number | null {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
  } catch {
    return null;
  }
}

export async function forgetCrowd(people: number, tell: (line: string) => void): Promise<ForgottenCrowd> {
  const shop = await openBusyShop();
  try {
    await overConnections(people, (person) => shop.live(`leaving-customer-${person}`, eventsPerPerson));
    await shop.learnt();
    tell(`${people} people with ${eventsPerPerson} events each`);
    let phase: "taking on" | "forgetting" | "over" = "taking on";
    const asking = shop.askSteadily(
      () => phase,
      () => phase === "over",
    );
    const start = performance.now();
    const ids: string[] = [];
    await overConnections(people, async (person) => {
      const { erasureId } = (await shop.call("POST", "/v1/privacy/erasures", { customerId: `leaving-customer-${person}` })) as { erasureId: string };
      ids.push(erasureId);
    });
    phase = "forgetting";
    const takenOnMs = performance.now() - start;
    tell(`all taken on within ${Math.round(takenOnMs / 1000)} s`);
    // One that is done stays done: each is asked for until it is.
    for (let at = 0; at < ids.length; ) {
      const { state } = (await shop.call("GET", `/v1/privacy/erasures/${ids[at]}`)) as { state: string };
      if (state === "done") at++;
      else if (performance.now() - start > longestMs) throw new Error(`a forgetting stays ${state}`);
      else await sleep(pollMs);
    }
    const doneMs = performance.now() - start;
    phase = "over";
    const times = await asking;
    const [takingOnMs, forgettingMs] = [times.get("taking on") ?? [], times.get("forgetting") ?? []];
    return { takenOnMs, doneMs, takingOnMs, forgettingMs, mostMemoryMb: mostMemoryMb(shop.server.pid) };
  } finally {
    await shop.close();
  }
}
