import { stderr, stdout } from "node:process";
import { orThrow } from "#domain/problem.ts";
import { evaluate } from "#evaluation/evaluate.ts";
import { evaluationTable } from "#evaluation/evaluation-table.ts";
import { parts } from "#evaluation/protocols/protocol.ts";
import { protocolNames } from "#evaluation/protocols/protocols.ts";
import { protocolFor, readData } from "./evaluation-data.ts";
import { type EvaluationOptions, oneOf, requestOf, withEvaluationOptions } from "./evaluation-options.ts";
import { type CommandFile, withSharedOptions } from "./program.ts";

const defaultModels = "linear,popular";

/** `rapport evaluate` */
export const evaluateCommand: CommandFile = (program) => {
  withEvaluationOptions(withSharedOptions(program.command("evaluate").description("how good each model is, on the shop's own log or on a file")))
    .option("--on <part>", "test, or validation to choose settings by", "test")
    .action(async (options: EvaluationOptions & { readonly on: string }) => {
      const asked = options.protocol === undefined ? null : oneOf("--protocol", protocolNames, options.protocol);
      const part = oneOf("--on", parts, options.on);
      // What is wrong with the words is said before anything is read.
      requestOf(options, asked ?? "time-split", defaultModels);
      const data = await readData(options, asked);
      const request = { ...requestOf(options, protocolFor(asked, data, options), defaultModels), part };
      const evaluation = orThrow(evaluate(data, request, () => performance.now() / 1000));
      if (options.json) stdout.write(`${JSON.stringify({ ...evaluation, notes: data.notes })}\n`);
      else {
        for (const note of data.notes) stderr.write(`${note}\n`);
        stdout.write(evaluationTable(evaluation));
      }
    });
};
