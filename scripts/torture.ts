import { parseArgs } from "node:util";
import { keepResult } from "../bench/support/keep-result.ts";
import { describeMachine } from "../bench/support/machine.ts";
import { freshSchema, postgresUrl } from "../tests/support/fresh-schema.ts";
import { createOwnPostgres } from "../tests/support/own-postgres.ts";
import { tempFolder } from "../tests/support/temp-folder.ts";
import { type Tortured, torture } from "../tests/torture/torture.ts";

// `npm run torture [-- --rounds 100 --store sqlite|postgres|both --seed 9 --keep --json]`: kills the server at random moments
// while it is being written to, and counts what was lost. PostgreSQL is the server in RAPPORT_TEST_POSTGRES_URL, or one started
// for it. `--keep` writes what came of it into bench/results.

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    store: { type: "string", default: "both" },
    seed: { type: "string", default: "9" },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed) || !["sqlite", "postgres", "both"].includes(values.store)) {
  process.stderr.write("usage: npm run torture -- [--rounds 100] [--store sqlite|postgres|both] [--seed 9] [--keep] [--json]\n");
  process.exit(2);
}

const tell = (store: string) => (round: number, acknowledged: number) => {
  if (!values.json) process.stderr.write(`\r${store}: round ${round} of ${rounds}, ${acknowledged} acknowledged`);
};

async function onSqlite(): Promise<Tortured> {
  const folder = tempFolder("torture");
  try {
    return await torture({ rounds, seed, folder: folder.path, databaseUrl: null, onRound: tell("sqlite") });
  } finally {
    folder.remove();
  }
}

/** Null where there is no PostgreSQL. */
async function onPostgres(): Promise<Tortured | null> {
  const own = postgresUrl === undefined ? await createOwnPostgres() : null;
  if (postgresUrl === undefined && own === null) return null;
  own?.start();
  const folder = tempFolder("torture");
  try {
    const schema = await freshSchema(postgresUrl ?? own!.url);
    try {
      return await torture({ rounds, seed, folder: folder.path, databaseUrl: schema.url, onRound: tell("postgres") });
    } finally {
      await schema.drop();
    }
  } finally {
    folder.remove();
    own?.remove();
  }
}

const results: Tortured[] = [];
let missing = false;
if (values.store !== "postgres") results.push(await onSqlite());
if (values.store !== "sqlite") {
  const tortured = await onPostgres();
  if (tortured === null) missing = true;
  else results.push(tortured);
}
const isWell = (one: Tortured) => one.lost === 0 && one.duplicated === 0 && one.learntEqualsReplay && one.faults.length === 0;
if (values.keep) {
  const machine = describeMachine();
  keepResult(
    "torture",
    Object.fromEntries(results.map(({ store, ...result }) => [store, { machine, settings: { seed }, passed: isWell({ store, ...result }), result }])),
  );
}
if (values.json) process.stdout.write(`${JSON.stringify({ results, skipped: missing ? ["postgres"] : [] })}\n`);
else {
  process.stderr.write("\n");
  for (const one of results) {
    process.stdout.write(
      `${one.store}: ${one.rounds} rounds, ${one.acknowledged} acknowledged, ${one.sentAgain} sent again, ${one.lost} lost, ${one.duplicated} duplicated; ` +
        `learnt ${one.learntEqualsReplay ? "equals" : "DIFFERS FROM"} a replay (${one.countsBytes} bytes); ${one.seconds} s\n`,
    );
    for (const fault of one.faults) process.stdout.write(`  fault: ${fault}\n`);
  }
  if (missing) process.stdout.write("postgres: skipped, PostgreSQL is not installed and RAPPORT_TEST_POSTGRES_URL is not set\n");
}
// What was asked for and could not be done is no success.
process.exitCode = results.every(isWell) && !(missing && values.store === "postgres") ? 0 : 1;
