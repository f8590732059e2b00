import { attempt } from "../browser.ts";
import type { BridgeOptions, Rapport } from "../public-types.ts";
import { createReadPush, type Meaning } from "./read-push.ts";

type Target = Pick<Rapport, "track" | "identify"> & { readonly consent: Pick<Rapport["consent"], "set"> };
type Pushing = { push?: unknown };

/** A page never has as many; something that only says it is long must not hold it up. */
const maxEarly = 10_000;

const bridged = new WeakSet<object>();

/** The page's own dataLayer, made where there is none yet: whoever comes first makes it. */
function ownDataLayer(): unknown {
  const page = globalThis as { dataLayer?: unknown };
  page.dataLayer ??= [];
  return page.dataLayer;
}

/**
 * Reads what is in the dataLayer already, in its order, and listens to each push from now on. The page's push does what
 * it did and returns what it returned, whatever we make of its entries.
 */
export function bridgeDataLayer(target: Target, dataLayer: unknown, options: BridgeOptions = {}, globalPrivacyControl = false): () => void {
  const given = dataLayer ?? attempt(ownDataLayer);
  if (typeof given !== "object" || given === null || bridged.has(given)) return () => {};
  const layer: object & Pushing = given;
  const readPush = createReadPush(globalPrivacyControl);
  let isOn = true;

  function act(meaning: Meaning): void {
    if (meaning.kind === "track") target.track(meaning.event, meaning.properties);
    else if (meaning.kind === "consent") options.consentMode !== false && target.consent.set(meaning.purposes, { how: "Google Consent Mode" });
    else if (options.userId === true) target.identify(meaning.userId);
  }
  const take = (entry: unknown) => void attempt(() => readPush(entry).forEach(act));

  const early = layer as ArrayLike<unknown>;
  const length = Math.min(attempt(() => Number(early.length)) ?? 0, maxEarly);
  for (let index = 0; index < length; index++) take(attempt(() => early[index]));
  const before = attempt(() => layer.push);
  if (typeof before !== "function") return () => {};
  function push(this: unknown, ...entries: unknown[]): unknown {
    try {
      return Reflect.apply(before as (...entries: unknown[]) => unknown, this, entries);
    } finally {
      if (isOn) entries.forEach(take);
    }
  }
  // A frozen list cannot be listened to; what it held was read.
  attempt(() => {
    Object.defineProperty(layer, "push", { value: push, writable: true, configurable: true, enumerable: false });
    bridged.add(layer);
  });
  return () => {
    isOn = false;
    bridged.delete(layer);
    // Somebody may have put their own push over ours; then ours only passes on.
    attempt(
      () => layer.push === push && Object.defineProperty(layer, "push", { value: before, writable: true, configurable: true, enumerable: false }),
    );
  };
}
