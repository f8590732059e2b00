import type { EpochMs } from "#domain/clock.ts";

/** ISO 8601 as feeds write it: the offset without its colon, and UTC when there is none. */
export function timeOf(text: string): EpochMs | null {
  const iso = text
    .trim()
    .replace(/([+-]\d{2})(\d{2})$/, "$1:$2")
    .replace(" ", "T");
  if (!/^\d{4}-\d{2}-\d{2}/.test(iso)) return null;
  const at = Date.parse(/T/.test(iso) && !/(Z|[+-]\d{2}:\d{2})$/i.test(iso) ? `${iso}Z` : iso);
  return Number.isNaN(at) ? null : at;
}
