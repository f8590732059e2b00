import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a server that is started with `environment` takes for the system clock. */
export type MovedClock = {
  readonly environment: Readonly<Record<string, string>>;
  /** So far it is from the real one, from now on. */
  set(offsetMs: number): void;
};

const preload = fileURLToPath(new URL("./moved-clock-preload.mjs", import.meta.url));

/** `hurry`: timers of a minute or more run so many times faster. */
export function movedClock(folder: string, name = "clock", hurry = 1): MovedClock {
  const file = join(folder, `${name}.time`);
  const set = (offsetMs: number) => {
    writeFileSync(`${file}.new`, String(offsetMs));
    renameSync(`${file}.new`, file);
  };
  set(0);
  return { environment: { NODE_OPTIONS: `--import=${preload}`, RAPPORT_TEST_CLOCK: file, RAPPORT_TEST_HURRY: String(hurry) }, set };
}
