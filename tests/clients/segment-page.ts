import { createWrapper } from "@segment/analytics-consent-tools";
import { AnalyticsBrowser } from "@segment/analytics-next";

// What a shop's page has in it: Segment's browser library, with or without its consent tools. Bundled by the test.

export type Choice = Record<string, boolean>;
export type ShopGlobals = {
  AnalyticsBrowser: typeof AnalyticsBrowser;
  createWrapper: typeof createWrapper;
  analytics: Record<"track" | "identify" | "page" | "screen" | "group" | "alias", (...words: never[]) => Promise<unknown>>;
  /** Stands for the click in a consent manager. */
  choose(choice: Choice): void;
};

Object.assign(globalThis, { AnalyticsBrowser, createWrapper });
