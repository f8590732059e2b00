/** Where a page loads from and who may frame it: from here alone, and nobody but the origins that were named. */
export function centreHeaders(embedOrigins: readonly string[]): Record<string, string> {
  const frames = embedOrigins.length === 0 ? "'none'" : ["'self'", ...embedOrigins].join(" ");
  return {
    "content-security-policy": [
      "default-src 'none'",
      "style-src 'self'",
      "script-src 'self'",
      "img-src data:",
      "form-action 'self'",
      "base-uri 'none'",
      `frame-ancestors ${frames}`,
    ].join("; "),
    // Somebody's own page is nobody else's: not in a cache, and not in the next site's log.
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    ...(embedOrigins.length === 0 ? { "x-frame-options": "DENY" } : {}),
  };
}
