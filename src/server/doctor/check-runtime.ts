import { type Check, error, ok } from "./checkup.ts";

const oldestMajor = 24;

export const checkRuntime: Check = {
  name: "runtime",
  run: () => {
    const major = Number(process.versions.node.split(".")[0]);
    if (major < oldestMajor) return [error(`Node ${process.version} is too old`, `Install Node ${oldestMajor} or newer.`)];
    return [ok(`Node ${process.version}, SQLite ${process.versions.sqlite ?? "?"}`)];
  },
};
