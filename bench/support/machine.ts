import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** Where and with what a number was measured; without it a number means nothing. */
export function describeMachine() {
  const [cpu] = cpus();
  let commit = "unknown";
  try {
    commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    // Not a checkout; the number still says where it ran.
  }
  return { cpu: cpu?.model.trim() ?? "unknown", cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), node: process.version, commit };
}
