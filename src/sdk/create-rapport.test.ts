import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRapport } from "./create-rapport.ts";
import type { Rapport, RapportProblem } from "./public-types.ts";
import { fakeBrowser, fakeStorage } from "./testing/fake-browser.ts";

const all = { personalize: true, learn: true, measure: true };

function open(given: Parameters<typeof fakeBrowser>[0] = {}) {
  const world = fakeBrowser(given);
  const problems: RapportProblem[] = [];
  const start = () =>
    createRapport({ host: "https://rapport.example/", writeKey: "rk_w_one", onProblem: (problem) => problems.push(problem) }, world.browser);
  return { ...world, problems, start, rapport: start() };
}

describe("before an answer", () => {
  it("stores nothing and sends nothing, whatever happens on the page", async () => {
    const { rapport, kept, sent, pass, leave } = open();
    rapport.page();
    rapport.track("Product Viewed", { product_id: "A" });
    rapport.identify("C-1");
    rapport.reset();
    rapport.notMe();
    await pass(100_000);
    await leave();
    await rapport.flush();
    expect([...kept]).toEqual([]);
    expect(sent).toEqual([]);
    expect(rapport.consent.get()).toBeNull();
    expect(rapport.anonymousId()).toBeNull();
  });

  it("a yes sends what the page held, with the times at which it happened", async () => {
    const { rapport, sent, events, pass } = open();
    rapport.track("Product Viewed", { product_id: "A" });
    await pass(60_000);
    rapport.consent.set({ ...all }, { notice: "banner 3", how: "banner" });
    await pass(3_000);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "PUT https://rapport.example/v1/consents",
      "POST https://rapport.example/v1/batch",
    ]);
    expect(sent[0]!.json).toEqual({ anonymousId: rapport.anonymousId(), purposes: all, notice: "banner 3", how: "banner", writeKey: "rk_w_one" });
    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({
      type: "track",
      event: "Product Viewed",
      anonymousId: rapport.anonymousId(),
      timestamp: "2026-03-01T12:00:00.000Z",
      properties: { product_id: "A" },
      context: { consent: { categoryPreferences: all } },
    });
  });

  it("a no is remembered, without an id, and nobody is told", async () => {
    const { rapport, kept, sent, pass, start } = open();
    rapport.track("Product Viewed", { product_id: "A" });
    rapport.consent.set({ personalize: false, learn: false, measure: false });
    rapport.track("Product Viewed", { product_id: "B" });
    await pass(60_000);
    expect(sent).toEqual([]);
    expect([...kept.values()].join()).not.toMatch(/id-\d/);
    expect(start().consent.get()).toEqual({ personalize: false, learn: false, measure: false });
  });
});

describe("answers", () => {
  it("what is not named stays; saying the same again asks nobody", async () => {
    const { rapport, sent, pass } = open();
    rapport.consent.set({ measure: true });
    rapport.consent.set({ personalize: false });
    rapport.consent.set({ measure: true, personalize: false });
    await pass(10_000);
    expect(rapport.consent.get()).toEqual({ measure: true, personalize: false });
    expect(sent.map(({ json }) => json.purposes)).toEqual([{ measure: true }, { personalize: false }]);
    rapport.consent.set({ measure: true }, { notice: "banner 4" });
    await pass(10_000);
    expect(sent).toHaveLength(3);
  });

  it("a withdrawal tells the server, drops what waits, and forgets the id", async () => {
    const { rapport, kept, sent, events, pass, goOffline, comeBack } = open();
    rapport.consent.set(all);
    await pass(0);
    const before = rapport.anonymousId();
    goOffline();
    rapport.track("Product Viewed", { product_id: "A" });
    rapport.consent.set({ personalize: false, learn: false, measure: false });
    expect(rapport.anonymousId()).toBeNull();
    await comeBack();
    await pass(100_000);
    expect(events()).toEqual([]);
    expect(sent.at(-1)!.json).toMatchObject({ anonymousId: before, purposes: { personalize: false, learn: false, measure: false } });
    expect([...kept.values()].join()).not.toContain(before);
  });

  it("with Global Privacy Control, sharing is a no with every answer", async () => {
    const { rapport, sent, pass } = open({ globalPrivacyControl: () => true });
    rapport.consent.set({ ...all, share: true });
    await pass(0);
    expect(rapport.consent.get()).toEqual({ ...all, share: false });
    expect(sent[0]!.json.purposes).toEqual({ ...all, share: false });
  });

  it("answers that are no answers are ignored", () => {
    const { rapport } = open();
    for (const odd of [null, undefined, 7, "yes", {}, { measure: "true" }, { learn: 1 }, []]) rapport.consent.set(odd as never);
    expect(rapport.consent.get()).toBeNull();
  });
});

describe("sending", () => {
  const twenty = (rapport: Rapport, from = 0) => {
    for (let index = from; index < from + 20; index++) rapport.track("Product Viewed", { product_id: `P${index}` });
  };
  const ids = (events: Record<string, unknown>[]) => events.map(({ messageId }) => messageId as string);

  it("gathers for three seconds, or until there are twenty", async () => {
    const { rapport, events, pass, settle } = open();
    rapport.consent.set(all);
    await pass(0);
    rapport.track("A");
    await pass(2_900);
    expect(events()).toHaveLength(0);
    await pass(100);
    expect(events()).toHaveLength(1);
    twenty(rapport);
    await settle();
    expect(events()).toHaveLength(21);
  });

  it("nothing goes before the server knows the answer", async () => {
    const { rapport, sent, events, answerWith, pass } = open();
    answerWith(({ method }) => (method === "PUT" ? { status: 503, retryAfter: null, body: null } : { status: 200, retryAfter: null, body: {} }));
    rapport.consent.set(all);
    rapport.track("A");
    await pass(10_000);
    expect(events()).toEqual([]);
    expect(sent.length).toBeGreaterThan(2);
    answerWith(() => ({ status: 200, retryAfter: null, body: {} }));
    await pass(60_000);
    expect(events()).toHaveLength(1);
  });

  it("offline and back: all of it, once each, in order", async () => {
    const { rapport, events, goOffline, comeBack, pass, kept } = open();
    rapport.consent.set(all);
    await pass(0);
    goOffline();
    twenty(rapport);
    twenty(rapport, 20);
    await pass(600_000);
    expect(events()).toHaveLength(0);
    await comeBack();
    await pass(5_000);
    expect(events().map(({ properties }) => (properties as { product_id: string }).product_id)).toEqual(
      Array.from({ length: 40 }, (_, index) => `P${index}`),
    );
    expect(new Set(ids(events())).size).toBe(40);
    expect([...kept.keys()].filter((key) => key.includes("event"))).toEqual([]);
  });

  it("a server in trouble is asked again, less and less often, with the same messageIds", async () => {
    const { rapport, events, sent, answerWith, pass } = open();
    rapport.consent.set(all);
    await pass(0);
    answerWith(() => "unreachable");
    rapport.track("A");
    await pass(600_000);
    const tries = sent.length - 1;
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(25);
    answerWith(() => ({ status: 200, retryAfter: null, body: {} }));
    await pass(120_000);
    expect(new Set(ids(events())).size).toBe(1);
    const total = sent.length;
    await pass(600_000);
    expect(sent).toHaveLength(total);
  });

  it("waits as long as Retry-After says, though the network came back meanwhile", async () => {
    const { rapport, sent, answerWith, pass, comeBack } = open();
    rapport.consent.set(all);
    await pass(0);
    answerWith(() => ({ status: 429, retryAfter: "120", body: null }));
    rapport.track("A");
    await pass(3_000);
    const tries = sent.length;
    await comeBack();
    await pass(119_000);
    expect(sent).toHaveLength(tries);
    await pass(2_000);
    expect(sent).toHaveLength(tries + 1);
  });

  it("what is refused for good is dropped and told", async () => {
    const { rapport, sent, problems, answerWith, pass } = open();
    rapport.consent.set(all);
    await pass(0);
    answerWith(() => ({ status: 401, retryAfter: null, body: { error: { code: "KEY_UNKNOWN", detail: "authorization" } } }));
    rapport.track("A");
    await pass(600_000);
    expect(sent).toHaveLength(2);
    expect(problems).toEqual([{ code: "KEY_UNKNOWN", detail: "authorization" }]);
    answerWith(() => ({ status: 200, retryAfter: null, body: { rejected: [{ index: 0, code: "EVENT_INVALID", detail: "products[0]" }] } }));
    rapport.track("B");
    await pass(3_000);
    expect(problems.at(-1)).toEqual({ code: "EVENT_INVALID", detail: "products[0]" });
  });

  it("the page that ends sends what it has, at once and once", async () => {
    const { rapport, events, pass, leave } = open();
    rapport.consent.set(all);
    await pass(0);
    rapport.track("A");
    await leave();
    await leave();
    expect(events()).toHaveLength(1);
  });

  it("an old browser sends a beacon, and keeps the events because nobody says what became of them", async () => {
    const beacons: string[] = [];
    const { rapport, events, pass, leave } = open({ beacon: (url) => beacons.push(url) > 0 });
    rapport.consent.set(all);
    await pass(0);
    rapport.track("A");
    await leave();
    expect(beacons).toEqual(["https://rapport.example/beacon/v1/batch?writeKey=rk_w_one"]);
    await pass(10_000);
    expect(events()).toHaveLength(1);
  });

  it("what one page leaves behind the next one sends, for a day", async () => {
    const kept = new Map<string, string>();
    const first = open({ kept });
    first.rapport.consent.set(all);
    await first.pass(0);
    first.goOffline();
    first.rapport.track("A");
    const second = open({ kept });
    await second.pass(3_000);
    expect(second.events()).toHaveLength(1);
    first.rapport.track("B");
    const later = open({ kept, now: () => Date.parse("2026-03-02T13:00:00Z") });
    await later.pass(3_000);
    expect(later.events()).toHaveLength(0);
  });

  it("keeps a hundred events and 50 KB, the newest", async () => {
    const { rapport, events, goOffline, comeBack, pass, kept } = open();
    rapport.consent.set(all);
    await pass(0);
    goOffline();
    for (let index = 0; index < 130; index++) rapport.track(`E${index}`);
    const stored = () => [...kept].filter(([key]) => key.includes("event")).reduce((sum, [, value]) => sum + value.length, 0);
    expect(stored()).toBeLessThanOrEqual(50_000);
    for (let index = 0; index < 10; index++) rapport.track("Big", { text: "x".repeat(20_000) });
    expect(stored()).toBeLessThanOrEqual(50_000);
    rapport.track("Last");
    await comeBack();
    await pass(5_000);
    expect(events().at(-1)!.event).toBe("Last");
  });

  it("gathers longer where the browser saves data", async () => {
    const { rapport, events, pass } = open({ savesData: () => true });
    rapport.consent.set(all);
    await pass(0);
    rapport.track("A");
    await pass(9_900);
    expect(events()).toHaveLength(0);
    await pass(200);
    expect(events()).toHaveLength(1);
  });
});

describe("who is here", () => {
  it("identify is said once for a device and a customer, and the customer's id is not kept", async () => {
    const { rapport, kept, events, pass, start } = open();
    rapport.identify("C-1");
    rapport.consent.set(all);
    await pass(3_000);
    rapport.identify("C-1");
    rapport.track("A");
    await pass(3_000);
    const next = start();
    next.identify("C-1");
    next.track("B");
    await pass(3_000);
    expect(events().map(({ type, event, userId }) => [type, event, userId])).toEqual([
      ["identify", undefined, "C-1"],
      ["track", "A", "C-1"],
      ["track", "B", "C-1"],
    ]);
    expect([...kept.values()].join()).not.toContain("C-1");
  });

  it("somebody else who signs in is not taken for the one before, and is asked", async () => {
    const { rapport, sent, events, pass } = open();
    rapport.consent.set(all);
    rapport.identify("C-1");
    await pass(3_000);
    const [before, many] = [rapport.anonymousId(), sent.length];
    rapport.identify("C-2");
    rapport.track("A");
    await pass(10_000);
    expect(sent).toHaveLength(many);
    expect(rapport.consent.get()).toBeNull();
    rapport.consent.set({ measure: true });
    await pass(10_000);
    expect(rapport.anonymousId()).not.toBe(before);
    expect(
      events()
        .slice(-2)
        .map(({ type, userId, anonymousId }) => [type, userId, anonymousId]),
    ).toEqual([
      ["identify", "C-2", rapport.anonymousId()],
      ["track", "C-2", rapport.anonymousId()],
    ]);
  });

  it("reset begins a new id under the same answers", async () => {
    const { rapport, sent, events, pass } = open();
    rapport.consent.set(all, { notice: "n1" });
    rapport.identify("C-1");
    await pass(3_000);
    const before = rapport.anonymousId();
    rapport.reset();
    rapport.track("A");
    await pass(3_000);
    expect(rapport.anonymousId()).not.toBe(before);
    expect(sent.at(-2)!.json).toMatchObject({ anonymousId: rapport.anonymousId(), purposes: all, notice: "n1" });
    expect(events().at(-1)).toMatchObject({ event: "A", anonymousId: rapport.anonymousId() });
    expect(events().at(-1)!.userId).toBeUndefined();
  });

  it("notMe tells the server, forgets the answers, and drops what waited under the wrong name", async () => {
    const { rapport, sent, events, pass } = open();
    rapport.consent.set(all);
    await pass(3_000);
    const before = rapport.anonymousId();
    rapport.track("A");
    rapport.notMe();
    rapport.track("B");
    await pass(10_000);
    expect(sent.at(-1)).toMatchObject({ url: "https://rapport.example/v1/identities/not-me", json: { anonymousId: before, writeKey: "rk_w_one" } });
    expect(events()).toEqual([]);
    expect(rapport.consent.get()).toBeNull();
    expect(rapport.anonymousId()).toBeNull();
  });

  it("a session ends after half an hour without a word", async () => {
    const { rapport, events, pass } = open();
    rapport.consent.set(all);
    rapport.track("A");
    await pass(29 * 60_000);
    rapport.track("B");
    await pass(31 * 60_000);
    rapport.track("C");
    await pass(3_000);
    const sessions = events().map(({ context }) => (context as { sessionId: string }).sessionId);
    expect(sessions[0]).toBe(sessions[1]);
    expect(sessions[2]).not.toBe(sessions[0]);
  });

  it("an order that is told again is the same message", async () => {
    const { rapport, events, pass } = open();
    rapport.consent.set(all);
    for (const order_id of ["1071", "1071", 1072]) rapport.track("Order Completed", { order_id, products: [{ product_id: "A" }] });
    await pass(3_000);
    expect(new Set(events().map(({ messageId }) => messageId)).size).toBe(2);
    for (const { messageId } of events()) expect((messageId as string).length).toBeLessThanOrEqual(100);
  });
});

describe("whatever the browser is like", () => {
  const refusing = () => {
    throw new DOMException("denied", "SecurityError");
  };
  const full = () => ({ ...fakeStorage(), setItem: refusing });

  it.each([
    ["storage that may not be asked", refusing],
    ["storage that is full", full],
    ["no storage", () => undefined as unknown as Storage],
  ])("%s: works as long as the page lives", async (_, storage) => {
    const { rapport, events, pass } = open({ storage });
    rapport.consent.set(all);
    rapport.track("A");
    rapport.track("B");
    await pass(3_000);
    expect(events().map(({ event }) => event)).toEqual(["A", "B"]);
    expect(new Set(events().map(({ anonymousId }) => anonymousId)).size).toBe(1);
  });

  it("never throws on what a page hands in, or on what is in its storage", async () => {
    const names = ["track", "page", "identify", "reset", "notMe", "set"] as const;
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true, withNullPrototype: true }),
      fc.constant(all),
    );
    const call = fc.tuple(fc.constantFrom(...names), anything, anything);
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), fc.string(), fc.json(), async (calls, rubbish, json) => {
        const kept = new Map<string, string>();
        const first = open({ kept });
        first.rapport.consent.set(all);
        for (const key of kept.keys()) kept.set(key, calls.length % 2 ? rubbish : json);
        const { rapport, start, pass } = open({ kept });
        for (const [name, one, two] of calls) {
          if (name === "set") rapport.consent.set(one as never, two as never);
          else (rapport[name] as (...given: unknown[]) => void)(one, two);
        }
        start().track("A", { self: calls });
        await pass(10_000);
      }),
      { numRuns: 200 },
    );
  });

  it("properties that are not JSON are told and dropped", async () => {
    const { rapport, problems, events, pass } = open();
    rapport.consent.set(all);
    const round: Record<string, unknown> = {};
    round.self = round;
    rapport.track("A", round);
    rapport.track("B", { n: 1n });
    rapport.track("C", { text: "x".repeat(40_000) });
    rapport.track("");
    await pass(3_000);
    expect(problems.map(({ code }) => code)).toEqual(["EVENT_INVALID", "EVENT_INVALID", "EVENT_TOO_LARGE", "EVENT_INVALID"]);
    expect(events()).toEqual([]);
  });
});
