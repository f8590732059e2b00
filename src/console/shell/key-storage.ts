const storageName = "rapport.serverKey";

/** Takes the key out of an address like /console/#key=…, so that it stays in no bookmark, history entry or screenshot. */
export function takeKeyFromAddress(): string | null {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith("#key=")) return null;
  // URLSearchParams reads "+" as a space, which a key never has.
  const key = new URLSearchParams(hash.slice(1).replaceAll("+", "%2B")).get("key")?.trim() ?? "";
  window.history.replaceState(null, "", `${pathname}${search}#/health`);
  return key || null;
}

// A browser may forbid storage altogether; the key then lives as long as the page.
export function loadKey(): string | null {
  try {
    return window.sessionStorage.getItem(storageName);
  } catch {
    return null;
  }
}

export function saveKey(key: string | null): void {
  try {
    if (key === null) window.sessionStorage.removeItem(storageName);
    else window.sessionStorage.setItem(storageName, key);
  } catch {
    return;
  }
}
