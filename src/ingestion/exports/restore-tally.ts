/** What became of the rows of an export. */
export type RestoreSummary = {
  readonly kind: "events" | "customers" | "items";
  readonly rows: number;
  /** Written; there already; left out, because the shop has heard something newer since. */
  readonly restored: number;
  readonly known: number;
  readonly older: number;
  readonly rejected: readonly { readonly reason: string; readonly rows: number; readonly row: number }[];
};

export function createRestoreTally(kind: RestoreSummary["kind"]) {
  const rejected = new Map<string, { rows: number; row: number }>();
  const sums = { rows: 0, restored: 0, known: 0, older: 0 };
  return {
    sums,
    reject(reason: string, row: number): void {
      const found = rejected.get(reason);
      if (found === undefined) rejected.set(reason, { rows: 1, row });
      else found.rows++;
    },
    summary: (): RestoreSummary => ({ kind, ...sums, rejected: [...rejected].map(([reason, found]) => ({ reason, ...found })) }),
  };
}
