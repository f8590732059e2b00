import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type TempFolder = { readonly path: string; remove(): void };

/** A folder of its own for one test, below the system's folder for such things. */
export function tempFolder(name: string): TempFolder {
  const path = mkdtempSync(join(tmpdir(), `rapport-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
