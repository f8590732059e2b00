import { useMemo, useSyncExternalStore } from "react";

function subscribe(onChange: () => void): () => void {
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** "#/customers/a%2Fb" is ["customers", "a/b"]. */
export function useHashRoute(): readonly string[] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode), [hash]);
}

export function hashOf(...segments: string[]): string {
  return `#/${segments.map(encodeURIComponent).join("/")}`;
}

export function goTo(...segments: string[]): void {
  window.location.hash = hashOf(...segments);
}
