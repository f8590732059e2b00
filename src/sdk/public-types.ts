// All that a page needs to know of the SDK. The build publishes this file as rapport.d.ts, so it holds types and nothing else.

/** What the browser's person may allow. Each has its own switch; what is missing was not decided, which is not a yes. */
export type Purposes = {
  /** Their history may shape what they see. */
  personalize?: boolean;
  /** Their events may enter the shop's counts, from which it learns what goes with what. */
  learn?: boolean;
  /** Their events may enter reports. */
  measure?: boolean;
  email?: boolean;
  sms?: boolean;
  whatsapp?: boolean;
  push?: boolean;
  share?: boolean;
  research?: boolean;
};

export type Properties = Record<string, unknown>;

/** Something that was not sent or not accepted. The codes are those of the server's error reference. */
export type RapportProblem = { code: string; detail: string };

export type RapportOptions = {
  /** Where Rapport is: "https://rapport.example.com". */
  host: string;
  /** The shop's write key ("rk_w_…"); it is public. */
  writeKey: string;
  /** How long events are gathered before they are sent: 3000 unless told, at least 10000 where the browser saves data. */
  flushIntervalMs?: number;
  /** Told of events that cannot be sent or are refused; for development: `(problem) => console.warn(problem)`. */
  onProblem?: (problem: RapportProblem) => void;
};

export type ConsentProof = {
  /** Version or address of the notice that was shown. */
  notice?: string;
  /** How it was given: "banner", "preference-centre" … */
  how?: string;
};

/** How much may shape what is shown: nothing but what is popular, the page, this visit, purchases, everything that was allowed. */
export type DataUse = "nothing" | "page" | "visit" | "purchases" | "everything";

export type BridgeOptions = {
  /** Take Google's Consent Mode updates as the person's answer (true unless told): see docs/guide/sdk.md for what maps to what. */
  consentMode?: boolean;
  /** Take Google's `user_id` for the customer's id (false unless told): right only if it is the id your shop uses. */
  userId?: boolean;
};

export type PrivacyCentreOptions = {
  /** Where in the page it is shown, in a frame; in place of the page unless told. */
  into?: Element | null;
  /** How a screen reader calls the frame. */
  title?: string;
};

export type Rapport = {
  consent: {
    /** The answers given in this browser; null before any. */
    get(): Purposes | null;
    /** Records answers, here and on the server. What is not named stays as it was. */
    set(purposes: Purposes, proof?: ConsentProof): void;
  };
  /**
   * What the person wants less of. It holds for this browser and whoever is signed in on it, from the next answer on. A page can only
   * limit; what gives more is said to the shop's own server. Before any answer to `consent` there is nobody to say it of, and `onProblem` is told.
   */
  preferences: {
    /** At most so much may be used. It never raises what was chosen before. */
    setDial(level: DataUse): void;
    /** Not to be shown again. `afterWhy`: said after reading why it was. */
    less(item: string | number, options?: { afterWhy?: boolean }): void;
    /** Not to be shown. */
    mute(what: { category?: string; brand?: string }): void;
    /** Nothing is used and nothing is kept for personalization until then; without a time until they resume it at the shop. */
    pause(until?: Date): void;
  };
  /** Something happened: Segment's names ("Product Viewed", "Order Completed" …) are understood, others are kept as they are. */
  track(event: string, properties?: Properties): void;
  /** A page was opened. Its address is not sent. */
  page(name?: string): void;
  /** The customer is signed in: from now on this browser's past and theirs are one. Call it on every page they are signed in on. */
  identify(userId: string | number): void;
  /** The customer signed out: a new anonymous id. The browser's answers stay. */
  reset(): void;
  /** "This isn't me": takes this browser out of the customer's history, and starts as a stranger who has not been asked. */
  notMe(): void;
  /** The random id of this browser; null before consent. Hand it to your own server to ask for recommendations. */
  anonymousId(): string | null;
  /** Tries to send what is waiting now; resolves when it was tried. */
  flush(): Promise<void>;
  /** Shows the person's own page. The address is made by your server: `POST /v1/privacy/links`; it opens once. */
  openPrivacyCentre(address: string, options?: PrivacyCentreOptions): void;
  /** Listens to Google's dataLayer: what is in it already, and what comes. Returns what stops it. */
  bridgeDataLayer(dataLayer?: unknown, options?: BridgeOptions): () => void;
};
