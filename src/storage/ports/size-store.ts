/** What a table occupies on the disk, with its indexes. */
export type TableSize = { readonly table: string; readonly rows: number; readonly bytes: number; readonly indexBytes: number };

export type StoreSize = {
  readonly kind: "sqlite" | "postgres";
  /** All of it, with what is free for new rows. */
  readonly bytes: number;
  readonly freeBytes: number;
  readonly tables: readonly TableSize[];
};

export type SizeStore = {
  /** Reads the page lists of the whole store: seconds for gigabytes. */
  size(): Promise<StoreSize>;
};
