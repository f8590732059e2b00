import { errorCatalogue } from "#server/contract/error-codes.ts";

const cell = (text: string) => text.replaceAll("|", "\\|");

/** The page `docs/reference/errors.md`, from the catalogue alone: the same catalogue gives the same text. */
export function errorReference(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, message, remedy }]) => `| \`${code}\` | ${status} | ${cell(message)} | ${cell(remedy)} |`,
  );
  return [
    "# Errors",
    "",
    "Written by `npx node scripts/write-error-reference.ts` from `src/server/contract/error-codes.ts`; edit that file, not this one.",
    "",
    'Over HTTP an error is `{"error": {"code", "message", "remedy", "detail"}}` with the status below. `detail` names the field or',
    "value; it holds nothing about a person. On the command line the same words go to standard error (with `--json`, as JSON to",
    "standard output) and the exit code is 1; wrong use of a command is exit code 2 and has no code here.",
    "",
    "| code | status | what it means | what to do |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
