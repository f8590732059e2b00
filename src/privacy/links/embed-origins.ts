/** Most origins that one link or one installation may name: they travel in a header. */
const maxOrigins = 20;

/**
 * The origins of whose pages may show a person's own page in a frame; null when one is not a plain web origin. A wildcard
 * is none: whoever may frame the page could lay something over it.
 */
export function parseEmbedOrigins(texts: readonly string[]): readonly string[] | null {
  const origins = new Set<string>();
  for (const text of texts) {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "" || /[*;,\s]/.test(text)) return null;
    if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") return null;
    origins.add(url.origin);
  }
  return origins.size > maxOrigins ? null : [...origins];
}
