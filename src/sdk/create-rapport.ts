import { attempt, type Browser, byteLength, thisBrowser } from "./browser.ts";
import { bridgeDataLayer } from "./data-layer/bridge.ts";
import { createMemory, type Errand } from "./memory.ts";
import { createOutbox } from "./outbox.ts";
import { openPrivacyCentre } from "./privacy-centre.ts";
import type { Properties, Purposes, Rapport, RapportOptions } from "./public-types.ts";
import { createSender } from "./sender.ts";
import { shortHash } from "./short-hash.ts";

const sessionGapMs = 30 * 60 * 1000;
const usualIntervalMs = 3_000;
const savingIntervalMs = 10_000;
const flushAt = 20;
const maxHeld = 100;
const maxEventBytes = 32_000;
const maxIdLength = 256;

/** What was said before it was known whom to say it about, or whether at all. */
type Said = { readonly type: "track" | "page" | "identify"; readonly name?: string; readonly properties?: Properties; readonly at: number };

/** Events may be kept at all if one of these is a yes. */
const mayCollect = (purposes: Purposes | null) =>
  purposes !== null && (purposes.personalize === true || purposes.learn === true || purposes.measure === true);

/**
 * One shop in one browser. Nothing is stored and nothing is sent before a yes: what happens on the page until then is
 * held in the page's memory, goes out after a yes, and is gone with the page or a no.
 */
export function createRapport(options: RapportOptions, browser: Browser = thisBrowser()): Rapport {
  const host = options.host.replace(/\/+$/, "");
  const prefix = `rapport.${shortHash(options.writeKey)}.`;
  const memory = createMemory(browser.store, `${prefix}me`);
  const outbox = createOutbox(browser, `${prefix}event.`);
  const tell = (code: string, detail: string) => void attempt(() => options.onProblem?.({ code, detail }));
  const sender = createSender({ browser, host, writeKey: options.writeKey, memory, outbox, tell: ({ code, detail }) => tell(code, detail) });
  const intervalMs = Math.max(options.flushIntervalMs ?? usualIntervalMs, browser.savesData() ? savingIntervalMs : 0);
  let held: Said[] = [];
  let customerId: string | null = null;
  let isPlanned = false;

  function plan(): void {
    if (isPlanned) return;
    isPlanned = true;
    browser.later(intervalMs, () => {
      isPlanned = false;
      void sender.flush();
    });
  }

  function ownId(): string {
    const known = memory.read().anonymousId;
    if (known !== null) return known;
    const anonymousId = browser.freshId();
    memory.change({ anonymousId });
    return anonymousId;
  }

  function sessionId(at: number): string {
    const { session } = memory.read();
    const id = session !== null && at - session.lastAt < sessionGapMs ? session.id : browser.freshId();
    memory.change({ session: { id, lastAt: Math.max(at, session?.lastAt ?? 0) } });
    return id;
  }

  function messageIdOf({ name, properties }: Said, anonymousId: string): string {
    const orderId = name === "Order Completed" ? properties?.order_id : undefined;
    // The page that says thank you is often loaded again; an order is one order.
    return typeof orderId === "string" || typeof orderId === "number" ? `order.${shortHash(`${orderId}`)}.${anonymousId}` : browser.freshId();
  }

  function put(said: Said): void {
    const anonymousId = ownId();
    const { personalize, learn, measure } = memory.read().purposes ?? {};
    const message = {
      type: said.type,
      messageId: messageIdOf(said, anonymousId),
      anonymousId,
      userId: customerId ?? undefined,
      timestamp: new Date(said.at).toISOString(),
      ...(said.type === "track" ? { event: said.name } : { name: said.name }),
      properties: said.properties,
      // What was allowed when it happened stays with it, whatever is decided before it arrives.
      context: { sessionId: sessionId(said.at), consent: { categoryPreferences: { personalize, learn, measure } } },
    };
    const json = attempt(() => JSON.stringify(message));
    if (json === undefined) tell("EVENT_INVALID", "properties are not JSON");
    else if (byteLength(json) > maxEventBytes) tell("EVENT_TOO_LARGE", `more than ${maxEventBytes} bytes`);
    else outbox.add(json);
  }

  function say(said: Omit<Said, "at">): void {
    const { purposes } = memory.read();
    if (purposes === null) {
      // A page that never asks must not gather without end.
      if (held.length < maxHeld) held.push({ ...said, at: browser.now() });
    } else if (mayCollect(purposes)) {
      put({ ...said, at: browser.now() });
      if (outbox.waiting().length >= flushAt) void sender.flush();
      else plan();
    }
  }

  function owe(errand: Errand): void {
    memory.change({ errands: [...memory.read().errands, errand] });
    void sender.flush();
  }

  function oweConsents(purposes: Purposes, proof: { notice?: string; how?: string }): void {
    const { anonymousId } = memory.read();
    if (anonymousId === null && customerId === null) return;
    const names = { anonymousId: anonymousId ?? undefined, customerId: customerId ?? undefined };
    owe({ method: "PUT", path: "/v1/consents", body: { ...names, purposes, notice: proof.notice, how: proof.how } });
  }

  function owePreference(method: Errand["method"], path: string, wish: Properties): void {
    const { anonymousId } = memory.read();
    if (anonymousId === null && customerId === null) tell("PERSON_MISSING", "nobody is known here before an answer to consent");
    else
      owe({ method, path: `/v1/preferences${path}`, body: { anonymousId: anonymousId ?? undefined, customerId: customerId ?? undefined, ...wish } });
  }

  /** Nothing of what was gathered is left, but what the server is still to be told. */
  function forget(): void {
    held = [];
    outbox.remove(outbox.waiting());
    memory.change({ anonymousId: null, session: null, customerMark: null });
  }

  function forgetAnswers(): void {
    forget();
    // A refusal stays: nobody is to be asked again and again.
    if (mayCollect(memory.read().purposes)) memory.change({ purposes: null, notice: null });
  }

  function sayWhoIsHere(): void {
    if (customerId === null || !mayCollect(memory.read().purposes)) return;
    const mark = shortHash(`${ownId()} ${customerId}`);
    const known = memory.read().customerMark;
    if (known === mark) return;
    if (known !== null) {
      // Somebody else signs in on this browser: neither the history nor the answers of the one before are theirs.
      forgetAnswers();
      return;
    }
    memory.change({ customerMark: mark });
    say({ type: "identify" });
  }

  function setConsent(answers: Purposes, proof: { notice?: string; how?: string } = {}): void {
    const given = Object.fromEntries(Object.entries(answers ?? {}).filter(([, answer]) => typeof answer === "boolean")) as Purposes;
    if (Object.keys(given).length === 0) return;
    // The browser says for its owner that nothing is to be shared or sold.
    if (browser.globalPrivacyControl()) given.share = false;
    const before = memory.read();
    const purposes = { ...before.purposes, ...given };
    const notice = proof.notice ?? before.notice;
    if (JSON.stringify(sorted(purposes)) === JSON.stringify(sorted(before.purposes ?? {})) && notice === before.notice) return;
    memory.change({ purposes, notice });
    if (!mayCollect(purposes)) {
      oweConsents(given, proof);
      forget();
      return;
    }
    ownId();
    oweConsents(given, proof);
    sayWhoIsHere();
    const early = held;
    held = [];
    for (const said of early) put(said);
    if (early.length > 0) plan();
  }

  /** Whatever a page hands in, and whatever its browser does, the page goes on. */
  const safely =
    <Given extends unknown[]>(task: (...given: Given) => void) =>
    (...given: Given): void => {
      try {
        task(...given);
      } catch (error) {
        tell("SDK_FAILED", error instanceof Error ? error.name : "");
      }
    };

  const rapport: Rapport = {
    consent: {
      get() {
        const { purposes } = memory.read();
        return purposes === null ? null : { ...purposes };
      },
      set: safely(setConsent),
    },
    preferences: {
      setDial: safely((dataUse) => owePreference("PUT", "", { dataUse })),
      less: safely((item, wish) => owePreference("POST", "/less", { item, afterWhy: wish?.afterWhy === true })),
      mute: safely(({ category, brand }) => owePreference("POST", "/mute", { category, brand })),
      pause: safely((until) => owePreference("POST", "/pause", { until: until?.toISOString() })),
    },
    track: safely((event, properties) => {
      if (typeof event !== "string" || event === "") return tell("EVENT_INVALID", "event");
      say({ type: "track", name: event, properties: properties ?? {} });
    }),
    page: safely((name) => say({ type: "page", name: typeof name === "string" ? name : undefined })),
    identify: safely((userId) => {
      const id = typeof userId === "number" ? String(userId) : userId;
      if (typeof id !== "string" || id === "" || id.length > maxIdLength) return tell("ID_INVALID", "userId");
      customerId = id;
      sayWhoIsHere();
    }),
    reset: safely(() => {
      const { purposes, anonymousId, notice } = memory.read();
      customerId = null;
      memory.change({ anonymousId: null, session: null, customerMark: null });
      if (purposes === null || anonymousId === null || !mayCollect(purposes)) return;
      ownId();
      oweConsents(purposes, { notice: notice ?? undefined, how: "same browser, signed out" });
    }),
    notMe: safely(() => {
      const { anonymousId } = memory.read();
      customerId = null;
      forgetAnswers();
      if (anonymousId !== null) owe({ method: "POST", path: "/v1/identities/not-me", body: { anonymousId } });
    }),
    anonymousId: () => memory.read().anonymousId,
    flush: () => sender.flush(),
    openPrivacyCentre: safely(openPrivacyCentre),
    bridgeDataLayer: (dataLayer, bridgeOptions) => bridgeDataLayer(rapport, dataLayer, bridgeOptions, browser.globalPrivacyControl()),
  };

  browser.onLeaving(() => sender.leave());
  browser.onReturn(() => sender.wake());
  // What an earlier page could not send, and answers the server has not heard yet.
  if (mayCollect(memory.read().purposes) || memory.read().errands.length > 0) plan();
  return rapport;
}

function sorted(purposes: Purposes): [string, boolean][] {
  return (Object.entries(purposes) as [string, boolean][]).sort(([a], [b]) => (a < b ? -1 : 1));
}
