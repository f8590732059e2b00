/** clear: readable by whoever has the database; pseudonymous: an id or a keyed hash that leads to nobody by itself; sealed: with a key of the person's own. */
export type ColumnClass = "clear" | "pseudonymous" | "sealed";

/** How long: a class of retention, each event as its own class is, as long as anything else of the person, until it arrived, or while they visit. */
export type KeptFor = "browsing" | "shown" | "orders" | "decisions" | "by-class" | "person" | "delivery" | "session";

/** What a table holds about people: what the documents of the shop are made from. */
export type RegisteredTable = {
  readonly name: string;
  readonly purpose: string;
  readonly kept: KeptFor;
  /** What ends it, in words. */
  readonly expiry: string;
  readonly columns: Readonly<Record<string, ColumnClass>>;
  /** What of it nobody is told, and why. */
  readonly untold: Readonly<Record<string, string>>;
};
