import { Command, CommanderError } from "commander";
import { type Problem, ProblemError } from "#domain/problem.ts";
import { problemReply } from "#server/problem-reply.ts";
import { version } from "#server/version.ts";
import { rememberCommand } from "./running-command.ts";

/** Done; refused with an error of the catalogue; wrong use. */
export const exitCodes = { done: 0, refused: 1, wrongUse: 2 } as const;

export type SharedOptions = { readonly data: string; readonly shop?: string; readonly json?: true };

export type CommandFile = (program: Command) => void;

/** Options that every command takes. */
export function withSharedOptions(command: Command): Command {
  return command
    .option("--data <folder>", "where everything is kept", process.env.RAPPORT_DATA ?? "data")
    .option("--shop <name>", "which shop; not needed when there is only one")
    .option("--json", "print the result as JSON");
}

/** Address of a PostgreSQL database to use instead of the embedded store. */
export const databaseUrl = () => process.env.RAPPORT_DATABASE_URL || undefined;

/** Hosts and ranges outside the public internet that Rapport may call. */
export const outboundAllow = () => process.env.RAPPORT_OUTBOUND_ALLOW || undefined;

function tellProblem(problem: Problem, json: boolean): void {
  const { error } = problemReply(problem).body;
  if (json) process.stdout.write(`${JSON.stringify({ error })}\n`);
  else process.stderr.write(`${error.code}: ${error.message} (${error.detail})\n  → ${error.remedy}\n`);
}

/** Runs the command line and answers with the exit code. The one place that turns what was thrown into words. */
export async function runProgram(commands: readonly CommandFile[], words: readonly string[]): Promise<number> {
  const program = new Command("rapport")
    .description("Personalization that people agree to, for online shops: what to show, why, and what came of it.")
    .version(version)
    .showHelpAfterError("(--help shows how)");
  const overridden = (command: Command): void => {
    command.exitOverride();
    command.commands.forEach(overridden);
  };
  for (const add of commands) add(program);
  program.hook("preAction", (_program, command) => rememberCommand(command));
  overridden(program);
  try {
    await program.parseAsync(words, { from: "user" });
    // A command that has told what it found may end with another code than "done".
    return process.exitCode === undefined ? exitCodes.done : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
    const json = words.includes("--json");
    if (error instanceof ProblemError) tellProblem(error.problem, json);
    else {
      tellProblem({ code: "INTERNAL", detail: error instanceof Error ? error.name : "unknown" }, json);
      if (process.env.RAPPORT_DEBUG !== undefined) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    }
    return exitCodes.refused;
  }
}
