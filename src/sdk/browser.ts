// The browser, as far as the SDK needs it. Handed in, so that tests bring their own; nothing here throws.

export type WireRequest = { readonly method: "POST" | "PUT"; readonly url: string; readonly body: string };
export type WireReply = { readonly status: number; readonly retryAfter: string | null; readonly body: unknown };

/** Texts under keys. What cannot be kept (storage is full, or not allowed) is held as long as the page lives. */
export type KeyStore = {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
};

export type Browser = {
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly freshId: () => string;
  readonly store: KeyStore;
  /** Rejects when the server cannot be reached. */
  readonly send: (request: WireRequest) => Promise<WireReply>;
  /** For browsers that end their requests with the page; true when it was taken on. Null where it is not needed. */
  readonly beacon: ((url: string, body: string) => boolean) | null;
  /** Returns what calls it off. */
  readonly later: (ms: number, task: () => void) => () => void;
  readonly onLeaving: (task: () => void) => void;
  /** The network, or the page, is back. */
  readonly onReturn: (task: () => void) => void;
  readonly isOnline: () => boolean;
  readonly savesData: () => boolean;
  readonly globalPrivacyControl: () => boolean;
};

/** Requests that outlive their page may have 64 KB together. */
const maxKeepaliveBytes = 60_000;

type MoreNavigator = Navigator & { connection?: { saveData?: boolean }; globalPrivacyControl?: boolean };

export function attempt<Value>(task: () => Value): Value | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Asking for localStorage may throw by itself, and so may each of its calls. */
export function createKeyStore(find: () => Storage): KeyStore {
  const storage = attempt(find);
  const held = new Map<string, string>();
  return {
    get: (key) => held.get(key) ?? attempt(() => storage?.getItem(key)) ?? null,
    set(key, value) {
      held.delete(key);
      try {
        storage!.setItem(key, value);
      } catch {
        attempt(() => storage?.removeItem(key));
        held.set(key, value);
      }
    },
    remove(key) {
      held.delete(key);
      attempt(() => storage?.removeItem(key));
    },
    keys() {
      const kept = attempt(() => Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? "")) ?? [];
      return [...new Set([...held.keys(), ...kept])];
    },
  };
}

/** `crypto.randomUUID` is missing on plain http. */
function freshId(): string {
  const id = attempt(() => crypto.randomUUID());
  if (id !== undefined) return id;
  const bytes = attempt(() => crypto.getRandomValues(new Uint8Array(16))) ?? Array.from({ length: 16 }, () => Math.floor(Math.random() * 256));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function thisBrowser(): Browser {
  const agent = navigator as MoreNavigator;
  const canOutlive = typeof Request === "function" && "keepalive" in Request.prototype;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    freshId,
    store: createKeyStore(() => window.localStorage),
    async send({ method, url, body }) {
      const response = await fetch(url, {
        method,
        body,
        // Plain text is a request that browsers send without asking the server first.
        headers: { "content-type": "text/plain" },
        keepalive: byteLength(body) < maxKeepaliveBytes,
        mode: "cors",
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      return {
        status: response.status,
        retryAfter: response.headers.get("retry-after"),
        body: await response.json().catch(() => null),
      };
    },
    beacon: canOutlive ? null : (url, body) => attempt(() => agent.sendBeacon(url, body)) ?? false,
    later(ms, task) {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    onLeaving(task) {
      addEventListener("pagehide", task);
      document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && task());
    },
    onReturn(task) {
      addEventListener("online", task);
      addEventListener("pageshow", (event) => event.persisted && task());
    },
    isOnline: () => agent.onLine !== false,
    savesData: () => agent.connection?.saveData === true,
    globalPrivacyControl: () => agent.globalPrivacyControl === true,
  };
}
