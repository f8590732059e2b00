import { type Browser, byteLength, type WireReply } from "./browser.ts";
import type { Memory } from "./memory.ts";
import type { Outbox, Waiting } from "./outbox.ts";
import type { RapportProblem } from "./public-types.ts";

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
const longestRetryAfterMs = 300_000;
const maxBatchBytes = 50_000;

/** Worth trying again; everything else that is not a success stays wrong however often it is sent. */
const mayPass = (status: number) => status >= 500 || [408, 410, 429, 460].includes(status);

export type Sender = {
  flush(): Promise<void>;
  /** The network is back: a pause of our own making is over; one that the server asked for is not. */
  wake(): void;
  /** The page may be gone in a moment: whatever can be sent goes now. */
  leave(): void;
};

type SenderDeps = {
  readonly browser: Browser;
  readonly host: string;
  readonly writeKey: string;
  readonly memory: Memory;
  readonly outbox: Outbox;
  readonly tell: (problem: RapportProblem) => void;
};

/** Errands in their order, then events; what is not acknowledged is sent again, after a pause that doubles. */
export function createSender({ browser, host, writeKey, memory, outbox, tell }: SenderDeps): Sender {
  const onTheWay = new Set<string>();
  let current: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let notBefore = 0;
  let serverAsked = false;
  let stopRetry = () => {};

  function pause(retryAfter: string | null): void {
    const asked = retryAfter === null ? Number.NaN : Number(retryAfter) * 1000 || Date.parse(retryAfter) - browser.now();
    const ownMs = Math.min(firstPauseMs * 2 ** failures++, longestPauseMs) * (0.5 + browser.random() / 2);
    serverAsked = asked > 0;
    const waitMs = serverAsked ? Math.min(asked, longestRetryAfterMs) : ownMs;
    notBefore = browser.now() + waitMs;
    stopRetry();
    stopRetry = browser.later(waitMs, () => void flush());
  }

  /** What came of a request: it is done with, or to be sent again. */
  async function settle(request: Promise<WireReply>): Promise<"done" | "again"> {
    const reply = await request.catch(() => null);
    if (reply === null || mayPass(reply.status)) {
      pause(reply?.retryAfter ?? null);
      return "again";
    }
    failures = 0;
    notBefore = 0;
    tellProblems(reply);
    return "done";
  }

  function tellProblems({ status, body }: WireReply): void {
    const { error, rejected } = (body ?? {}) as { error?: Partial<RapportProblem>; rejected?: unknown };
    const problems = Array.isArray(rejected) ? (rejected as Partial<RapportProblem>[]) : [];
    if (status >= 400) problems.push(error ?? {});
    for (const problem of problems) tell({ code: problem?.code ?? `HTTP_${status}`, detail: problem?.detail ?? "" });
  }

  function nextBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let bytes = 0;
    for (const event of outbox.waiting()) {
      if (onTheWay.has(event.key)) continue;
      bytes += byteLength(event.json);
      if (batch.length > 0 && bytes > maxBatchBytes) break;
      batch.push(event);
    }
    return batch;
  }

  const bodyOf = (batch: readonly Waiting[]) =>
    `{"writeKey":${JSON.stringify(writeKey)},"sentAt":"${new Date(browser.now()).toISOString()}","batch":[${batch.map(({ json }) => json).join()}]}`;

  async function sendBatch(batch: readonly Waiting[]): Promise<"done" | "again"> {
    for (const { key } of batch) onTheWay.add(key);
    const outcome = await settle(browser.send({ method: "POST", url: `${host}/v1/batch`, body: bodyOf(batch) }));
    for (const { key } of batch) onTheWay.delete(key);
    if (outcome === "done") outbox.remove(batch);
    return outcome;
  }

  async function work(): Promise<void> {
    for (;;) {
      if (!browser.isOnline() || browser.now() < notBefore) return;
      const [errand] = memory.read().errands;
      if (errand !== undefined) {
        const body = JSON.stringify({ ...errand.body, writeKey });
        if ((await settle(browser.send({ method: errand.method, url: host + errand.path, body }))) === "again") return;
        const same = JSON.stringify(errand);
        const left = memory.read().errands;
        // Another tab may have run it meanwhile.
        if (JSON.stringify(left[0]) === same) memory.change({ errands: left.slice(1) });
        continue;
      }
      const batch = nextBatch();
      if (batch.length === 0 || (await sendBatch(batch)) === "again") return;
    }
  }

  async function workUntilDone(): Promise<void> {
    do {
      again = false;
      await work();
    } while (again);
    current = null;
  }

  function flush(): Promise<void> {
    again = true;
    current ??= workUntilDone();
    return current;
  }

  return {
    flush,
    wake() {
      if (!serverAsked) notBefore = 0;
      failures = 0;
      void flush();
    },
    leave() {
      // Before the server knows the answer it would not take the events; they stay, and the next page sends them.
      if (!browser.isOnline() || browser.now() < notBefore || memory.read().errands.length > 0) return;
      const batch = nextBatch();
      if (batch.length === 0) return;
      // Nobody hears what becomes of a beacon, so its events stay until they expire or are acknowledged.
      if (browser.beacon !== null) browser.beacon(`${host}/beacon/v1/batch?writeKey=${encodeURIComponent(writeKey)}`, bodyOf(batch));
      else void sendBatch(batch);
    },
  };
}
