import type { Purposes } from "../public-types.ts";
import { createConsentMode } from "./consent-mode.ts";
import { isGa4Event, type Track, tracksOfGa4 } from "./ga4-events.ts";
import { type Fields, isFields, textOf } from "./read-fields.ts";
import { isUniversal, tracksOfUniversal } from "./universal-events.ts";

/** What one push says. */
export type Meaning =
  | ({ readonly kind: "track" } & Track)
  | { readonly kind: "consent"; readonly purposes: Purposes }
  | { readonly kind: "customer"; readonly userId: string };

const tracks = (found: readonly Track[]): Meaning[] => found.map((track) => ({ kind: "track", ...track }));

/** gtag() pushes its `arguments`; wrappers of it push lists. */
function commandOf(entry: unknown): unknown[] | null {
  const isCommand = Array.isArray(entry) || Object.prototype.toString.call(entry) === "[object Arguments]";
  return isCommand ? Array.from(entry as ArrayLike<unknown>).slice(0, 4) : null;
}

/** A reader of one dataLayer, with what it has to remember of earlier pushes. Its answers are values; it may throw on hostile ones. */
export function createReadPush(globalPrivacyControl: boolean): (entry: unknown) => Meaning[] {
  const readConsent = createConsentMode(globalPrivacyControl);
  let currency: string | undefined;
  let userId: string | undefined;
  /** As in Tag Manager, `ecommerce` stays until it is set to null or to something else. */
  let ecommerce: Fields | null = null;
  let isBare = false;

  function customer(fields: Fields): Meaning[] {
    const found = textOf(fields.user_id);
    if (found === undefined || found === userId) return [];
    userId = found;
    return [{ kind: "customer", userId }];
  }

  function readCommand([command, first, second]: unknown[]): Meaning[] {
    const params = isFields(second) ? second : {};
    if (command === "event" && isGa4Event(first)) return tracks(tracksOfGa4(first, { currency, ...params }));
    if (command === "consent" && first === "update") {
      const purposes = readConsent(params);
      return purposes === null ? [] : [{ kind: "consent", purposes }];
    }
    if (command !== "set" && command !== "config") return [];
    // gtag("set", {currency}) · gtag("set", "currency", "EUR") · gtag("config", "G-…", {user_id})
    const settings = command === "set" && isFields(first) ? first : command === "set" && typeof first === "string" ? { [first]: second } : params;
    currency = textOf(settings.currency) ?? currency;
    return customer(settings);
  }

  function readObject(entry: Fields): Meaning[] {
    const found: Meaning[] = customer(entry);
    const isNamed = isGa4Event(entry.event);
    if ("ecommerce" in entry) {
      const own = isFields(entry.ecommerce) ? entry.ecommerce : null;
      if (own !== null && isUniversal(own) && !Array.isArray(own.items)) {
        ecommerce = null;
        return [...found, ...tracks(tracksOfUniversal(own))];
      }
      // What was pushed by itself waits for the event it belongs to.
      ecommerce = own !== null && isBare ? { ...ecommerce, ...own } : own;
      isBare = own !== null && !isNamed;
    }
    if (!isNamed) return found;
    const params = ecommerce ?? {};
    const plain = { currency, ...entry };
    // Some shops leave the wrapper out.
    return [...found, ...tracks(tracksOfGa4(entry.event as string, ecommerce !== null ? { ...plain, ...params } : plain))];
  }

  return (entry) => {
    const command = commandOf(entry);
    if (command !== null) return readCommand(command);
    return isFields(entry) ? readObject(entry) : [];
  };
}
