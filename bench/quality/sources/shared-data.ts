import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where real data lies; not part of the project. */
const folder = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data");

export const sharedFile = (path: string) => join(folder, path);

/** Those that are not there. */
export const missingFiles = (paths: readonly string[]) => paths.filter((path) => !existsSync(sharedFile(path)));
