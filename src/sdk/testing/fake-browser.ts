import { type Browser, createKeyStore, type WireReply, type WireRequest } from "../browser.ts";

type Timer = { readonly at: number; readonly task: () => void };

/** A Storage that may be full, or may refuse to be asked. */
export function fakeStorage(kept: Map<string, string> = new Map()): Storage {
  return {
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

export type Sent = WireRequest & { readonly json: Record<string, unknown> };

/** A browser whose clock, network and storage a test moves by hand. */
export function fakeBrowser(given: { readonly kept?: Map<string, string>; readonly storage?: () => Storage } & Partial<Browser> = {}) {
  const { kept = new Map<string, string>(), storage = () => fakeStorage(kept), ...over } = given;
  const timers = new Set<Timer>();
  const leaving: (() => void)[] = [];
  const returning: (() => void)[] = [];
  const sent: Sent[] = [];
  const state = { now: Date.parse("2026-03-01T12:00:00Z"), online: true, ids: 0 };
  let answer: (request: Sent) => WireReply | "unreachable" = () => ({ status: 200, retryAfter: null, body: { success: true } });
  const browser: Browser = {
    now: () => state.now,
    random: () => 0.5,
    freshId: () => `id-${++state.ids}-${state.now.toString(36)}`,
    store: createKeyStore(storage),
    async send(request) {
      const one = { ...request, json: JSON.parse(request.body) as Record<string, unknown> };
      sent.push(one);
      const reply = answer(one);
      if (reply === "unreachable") throw new TypeError("Failed to fetch");
      return reply;
    },
    beacon: null,
    later(ms, task) {
      const timer = { at: state.now + ms, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    onLeaving: (task) => void leaving.push(task),
    onReturn: (task) => void returning.push(task),
    isOnline: () => state.online,
    savesData: () => false,
    globalPrivacyControl: () => false,
    ...over,
  };
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };
  return {
    browser,
    kept,
    sent,
    /** Every event that went out, in order, as often as it went out. */
    events: () => sent.flatMap(({ url, json }) => (url.endsWith("/v1/batch") ? (json.batch as Record<string, unknown>[]) : [])),
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    goOffline: () => {
      state.online = false;
    },
    async comeBack() {
      state.online = true;
      for (const task of returning) task();
      await settle();
    },
    async leave() {
      for (const task of leaving) task();
      await settle();
    },
    /** Lets time pass, and whatever was planned for it happen. */
    async pass(ms: number) {
      const end = state.now + ms;
      await settle();
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.delete(next);
        state.now = Math.max(state.now, next.at);
        next.task();
        await settle();
      }
      state.now = end;
    },
    settle,
  };
}
