import type { Command } from "commander";

/** The command that runs: its words, and what was said with it. */
export type RunningCommand = { readonly path: string; readonly args: readonly string[]; readonly options: Readonly<Record<string, unknown>> };

let running: RunningCommand | null = null;

export function rememberCommand(command: Command): void {
  const words: string[] = [];
  for (let at: Command | null = command; at?.parent != null; at = at.parent) words.unshift(at.name());
  running = { path: words.join(" "), args: command.args, options: command.opts() };
}

/** Handed out once: a command that opens the house twice is noted once. */
export function takeRunningCommand(): RunningCommand | null {
  const taken = running;
  running = null;
  return taken;
}
