import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { auditedCommands, unauditedCommands } from "./audited-commands.ts";
import { commandFiles, commandsFor } from "./commands.ts";

function pathsOf(command: Command, above: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [above.join(" ")];
  return command.commands.filter((one) => one.name() !== "help").flatMap((one) => pathsOf(one, [...above, one.name()]));
}

describe("what the command line was used for", () => {
  it("is noted in the audit log for every command that reads or changes somebody's data, and each other says why not", async () => {
    const program = new Command("rapport");
    for (const add of await commandsFor([])) add(program);
    const decided = [...Object.keys(auditedCommands), ...Object.keys(unauditedCommands)].sort();
    expect(pathsOf(program).sort()).toEqual(decided);
  });
});

describe("a command that is called", () => {
  it.each(Object.keys(commandFiles))("%s is read alone, and is what it is called", async (name) => {
    const program = new Command("rapport");
    for (const add of await commandsFor([name, "--help"])) add(program);
    expect(program.commands.map((command) => command.name())).toEqual([name]);
  });
});
