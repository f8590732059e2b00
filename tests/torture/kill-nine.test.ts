import { describe, expect, it } from "vitest";
import { freshSchema, postgresUrl } from "../support/fresh-schema.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { type Tortured, torture } from "./torture.ts";

// A few rounds of `npm run torture`.

const rounds = Number(process.env.RAPPORT_TORTURE_ROUNDS ?? 2);
const seed = Number(process.env.RAPPORT_TORTURE_SEED ?? 9);
const timeout = 60_000 + rounds * 15_000;

function expectNothingLost(tortured: Tortured): void {
  const { acknowledged, sentAgain, lost, duplicated, learntEqualsReplay, faults } = tortured;
  expect({ lost, duplicated, learntEqualsReplay, faults }).toEqual({ lost: 0, duplicated: 0, learntEqualsReplay: true, faults: [] });
  expect(acknowledged).toBeGreaterThan(0);
  process.stdout.write(
    `kill -9 (${tortured.store}): ${rounds} rounds, ${acknowledged} messages acknowledged, ${sentAgain} sent again, none lost, none twice; ` +
      `${tortured.countsBytes} bytes of counts equal a replay; ${tortured.seconds} s\n`,
  );
}

describe("kill -9", () => {
  const named = `${rounds} times: nothing acknowledged is lost, nothing is there twice, the counts are those of a replay`;
  it(`SQLite, ${named}`, { timeout }, async () => {
    const folder = tempFolder("kill-nine");
    try {
      expectNothingLost(await torture({ rounds, seed, folder: folder.path, databaseUrl: null }));
    } finally {
      folder.remove();
    }
  });

  if (postgresUrl === undefined) it.skip("PostgreSQL, skipped: needs PostgreSQL (set RAPPORT_TEST_POSTGRES_URL)", () => {});
  else {
    it(`PostgreSQL, ${named}`, { timeout }, async () => {
      const folder = tempFolder("kill-nine");
      const schema = await freshSchema(postgresUrl!);
      try {
        expectNothingLost(await torture({ rounds, seed, folder: folder.path, databaseUrl: schema.url }));
      } finally {
        folder.remove();
        await schema.drop();
      }
    });
  }
});
