import { askOnStdin } from "./ask-on-stdin.ts";
import { type CommandFile, databaseUrl, exitCodes, type SharedOptions, withSharedOptions } from "./program.ts";

const signs = { ok: "✓", warning: "!", error: "✗" } as const;

/** `rapport doctor` */
export const doctorCommand: CommandFile = (program) => {
  withSharedOptions(
    program
      .command("doctor")
      .description("look whether all is well with store, disk, clock, keys, models and settings, and say what to do; changes nothing"),
  )
    .option("--kit", "prove the recovery kit as well: its words are asked for")
    .action(async (options: SharedOptions & { readonly kit?: true }) => {
      const { examine } = await import("#server/doctor/examine.ts");
      const kit = options.kit === true ? await askOnStdin("Type the 24 words of the recovery kit, then an empty line:\n") : null;
      const findings = await examine({ dataFolder: options.data, databaseUrl: databaseUrl() }, process.env, Date.now(), kit);
      const count = (level: keyof typeof signs) => findings.filter((finding) => finding.level === level).length;
      const [errors, warnings] = [count("error"), count("warning")];
      if (options.json) process.stdout.write(`${JSON.stringify({ healthy: errors === 0, errors, warnings, findings })}\n`);
      else {
        for (const { check, level, says, todo } of findings) {
          process.stdout.write(`${signs[level]} ${check.padEnd(12)} ${says}\n`);
          if (todo !== undefined) process.stdout.write(`               → ${todo}\n`);
        }
        process.stdout.write(errors + warnings === 0 ? "All is well.\n" : `${errors} to put right, ${warnings} to look at.\n`);
      }
      if (errors > 0) process.exitCode = exitCodes.refused;
    });
};
