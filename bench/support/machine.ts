import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { stolenShare } from "./stolen-time.ts";

/** Where and with what a number was measured; without it a number means nothing. */
export function describeMachine() {
  const [cpu] = cpus();
  let commit = "unknown";
  try {
    const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
    commit = git("rev-parse", "--short", "HEAD");
    if (git("status", "--porcelain", "--", "src") !== "") commit += " and changes";
  } catch {
    // Not a checkout; the number still says where it ran.
  }
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  // A virtual machine whose host was busy measured the host.
  const stolen = stolenShare();
  return {
    cpu: cpu?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb,
    node: process.version,
    commit,
    ...(stolen === null ? {} : { stolen }),
  };
}
