import { type Clock, dayMs } from "#domain/clock.ts";
import type { LoggedEvent } from "#domain/event.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import type { Gate } from "#privacy/gate.ts";
import type { Store } from "#storage/ports.ts";
import { type Contributions, isSmall, widestShown, windowDays, windowFor } from "./small-cells.ts";

/** Null: some, by fewer people than may be counted apart. */
export type EarnedRow = Pick<ExactRow, "surface" | "personalized" | "shown"> & {
  readonly clicked: number | null;
  readonly bought: number | null;
  readonly revenue: number | null;
};
type ExactRow = {
  readonly surface: string;
  readonly personalized: boolean;
  readonly shown: number;
  readonly clicked: number;
  readonly bought: number;
  readonly revenue: number;
};
export type ReportEarned = (shopId: ShopId, days: number) => Promise<readonly EarnedRow[]>;

/** A purchase this long after the item was shown and clicked still counts for the recommendation. */
const attributionDays = 7;
const telling = ["impression", "view", "click", "cart-add", "purchase"] as const;

type OpenRow = { -readonly [Field in keyof ExactRow]: ExactRow[Field] };
type Shown = {
  row: OpenRow;
  items: ReadonlySet<ItemId>;
  at: number;
  clicked: Set<ItemId>;
  bought: boolean;
};

/**
 * What recommendations were shown and what came of them, from the events of the people who allow measuring. A
 * recommendation is clicked when one of its items is opened from it; it is bought when the person buys an item they
 * opened from it within 7 days, or an order says so itself. Each piece bought counts for the latest such recommendation.
 */
export function createReportEarned(deps: {
  readonly store: Pick<Store, "log" | "consents">;
  readonly gate: Gate;
  readonly clock: Clock;
  /** What fewer people did is not counted apart; 1: everything is. */
  readonly smallestGroup?: number;
}): ReportEarned {
  const { smallestGroup = 1 } = deps;
  return async (shopId, asked) => {
    const days = smallestGroup > 1 ? windowFor(asked) : asked;
    const now = deps.clock();
    const since = now - days * dayMs;
    const people = await deps.store.consents.granted(shopId, "measure");
    const allowed = await deps.gate.allowEach(shopId, people, "measure");
    const histories = await deps.store.log.histories([...allowed.values()], { types: telling, since });
    const spans = (smallestGroup > 1 ? windowDays.filter((one) => one <= days) : [days]).map((one) => now - one * dayMs);
    const rows = [...shownCells([...histories], spans, smallestGroup)].map((cell) => addUp([...cell.values()], smallestGroup));
    return rows.sort((a, b) => (a.surface < b.surface ? -1 : a.surface > b.surface ? 1 : Number(b.personalized) - Number(a.personalized)));
  };
}

/** Of each row, what each person adds to it in the widest span that may be shown. */
function* shownCells(
  histories: readonly (readonly [string, readonly LoggedEvent[]])[],
  spans: readonly number[],
  smallestGroup: number,
): Generator<Contributions<OpenRow>> {
  const cells = new Map<string, Map<string, OpenRow>[]>();
  for (const [person, events] of histories)
    for (const [at, since] of spans.entries()) {
      const rows = new Map<string, OpenRow>();
      countPerson(
        events.filter(({ occurredAt }) => occurredAt >= since),
        rows,
      );
      for (const [key, row] of rows) {
        const ofKey = cells.get(key) ?? spans.map(() => new Map<string, OpenRow>());
        cells.set(key, ofKey);
        ofKey[at]!.set(person, row);
      }
    }
  for (const ofKey of cells.values()) {
    const shown = widestShown(ofKey, smallestGroup, isSame);
    if (shown !== null) yield shown;
  }
}

const measures = ["shown", "clicked", "bought", "revenue"] as const;
const isSame = (a: OpenRow | undefined, b: OpenRow | undefined): boolean => measures.every((measure) => a?.[measure] === b?.[measure]);

function addUp(rows: readonly OpenRow[], smallestGroup: number): EarnedRow {
  const sumOf = (measure: (typeof measures)[number]) => rows.reduce((sum, row) => sum + row[measure], 0);
  const hidden = (measure: "clicked" | "bought") => isSmall(rows.filter((row) => row[measure] > 0).length, smallestGroup);
  const { surface, personalized } = rows[0]!;
  const isBoughtHidden = hidden("bought");
  return {
    surface,
    personalized,
    shown: sumOf("shown"),
    clicked: hidden("clicked") ? null : sumOf("clicked"),
    bought: isBoughtHidden ? null : sumOf("bought"),
    revenue: isBoughtHidden ? null : sumOf("revenue"),
  };
}

function rowOf(rows: Map<string, OpenRow>, surface: string, personalized: boolean): OpenRow {
  const key = `${surface} ${personalized}`;
  let row = rows.get(key);
  if (row === undefined) {
    row = { surface, personalized, shown: 0, clicked: 0, bought: 0, revenue: 0 };
    rows.set(key, row);
  }
  return row;
}

/** Events of one person, oldest first. */
function countPerson(events: readonly LoggedEvent[], rows: Map<string, OpenRow>): void {
  const shownById = new Map<string, Shown>();
  const latestClick = new Map<ItemId, Shown>();
  for (const event of events) {
    if (event.type === "impression") {
      if (event.impression === null || event.recommendationId === null) continue;
      const row = rowOf(rows, event.impression.surface, event.impression.personalized);
      row.shown++;
      shownById.set(event.recommendationId, {
        row,
        items: new Set(event.lines.map(({ itemId }) => itemId)),
        at: event.occurredAt,
        clicked: new Set(),
        bought: false,
      });
      continue;
    }
    const named = event.recommendationId === null ? undefined : shownById.get(event.recommendationId);
    for (const { itemId, quantity, unitPrice } of event.lines) {
      const from = named?.items.has(itemId) ? named : undefined;
      if (from !== undefined) {
        if (from.clicked.size === 0) from.row.clicked++;
        from.clicked.add(itemId);
        latestClick.set(itemId, from);
      }
      if (event.type !== "purchase") continue;
      const credited = from ?? latestClick.get(itemId);
      if (credited === undefined || event.occurredAt - credited.at > attributionDays * dayMs) continue;
      if (!credited.bought) credited.row.bought++;
      credited.bought = true;
      credited.row.revenue += quantity * (unitPrice ?? 0);
    }
  }
}
