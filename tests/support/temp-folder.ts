import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type TempFolder = { readonly path: string; remove(): void };

/** A folder of its own for one test, below the system's folder for such things; made when it is first asked for. */
export function tempFolder(name: string): TempFolder {
  let made: string | null = null;
  return {
    get path() {
      made ??= mkdtempSync(join(tmpdir(), `rapport-${name}-`));
      return made;
    },
    remove() {
      if (made !== null) rmSync(made, { recursive: true, force: true });
      made = null;
    },
  };
}
