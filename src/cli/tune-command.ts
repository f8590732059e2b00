import { stderr, stdout } from "node:process";
import { orThrow } from "#domain/problem.ts";
import { protocolNames } from "#evaluation/protocols/protocols.ts";
import { tune } from "#evaluation/tune/tune.ts";
import { tuningTable } from "#evaluation/tune/tuning-table.ts";
import { protocolFor, readData } from "./evaluation-data.ts";
import { type EvaluationOptions, numberFrom, oneOf, requestOf, withEvaluationOptions, wrong } from "./evaluation-options.ts";
import { type CommandFile, withSharedOptions } from "./program.ts";

const defaultModels = "linear";

function secondsOf(text: string): number {
  const seconds = numberFrom("--seconds", text, 0, false);
  if (seconds === 0) throw wrong("--seconds 0: it must be more than 0; 300 is a good start");
  return seconds;
}

/** `rapport tune` */
export const tuneCommand: CommandFile = (program) => {
  withEvaluationOptions(
    withSharedOptions(program.command("tune").description("choose a model's parameters on validation, then judge them once on the test")),
  )
    .option("--seconds <number>", "for fitting and asking, all models together", "300")
    .option("--trials <number>", "settings to try of each model beside the defaults; otherwise as many as the time allows")
    .action(async (options: EvaluationOptions & { readonly seconds: string; readonly trials?: string }) => {
      const asked = options.protocol === undefined ? null : oneOf("--protocol", protocolNames, options.protocol);
      const seconds = secondsOf(options.seconds);
      const trials = options.trials === undefined ? null : numberFrom("--trials", options.trials, 0, true);
      requestOf(options, asked ?? "time-split", defaultModels);
      const data = await readData(options, asked);
      const request = { ...requestOf(options, protocolFor(asked, data, options), defaultModels), seconds, trials };
      const tuned = orThrow(tune(data, request, () => performance.now() / 1000));
      if (options.json) stdout.write(`${JSON.stringify({ ...tuned, notes: data.notes })}\n`);
      else {
        for (const note of data.notes) stderr.write(`${note}\n`);
        stdout.write(tuningTable(tuned));
      }
    });
};
