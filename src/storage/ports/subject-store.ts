import type { PersonId, ShopId } from "#domain/ids.ts";

/** One row that names somebody: what it says, and the columns that name people, by their ids in this house. */
export type SubjectRow = {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly people: Readonly<Record<string, string>>;
};

/** All that is kept of somebody, table by table, for them to have. Driven by the registry of such tables. */
export type SubjectStore = {
  /** The tables that hold something about people. */
  tables(): readonly string[];
  /** What of a table nobody is told, by column, with the reason. */
  untold(table: string): Readonly<Record<string, string>>;
  rows(shopId: ShopId, table: string, personIds: readonly PersonId[]): AsyncGenerator<readonly SubjectRow[]>;
};
