import pg from "pg";
import { tryToLead } from "./leadership.ts";
import { clientSettings } from "./open-pool.ts";
import { translateError } from "./translate-error.ts";

/** A database in which no server leads until it is let go. */
export type HeldDatabase = { release(): Promise<void> };

/** A server whose session ended a moment ago may still stand in the list. */
const tries = 3;
const betweenMs = 700;

/** Takes the place of the one that leads; null where a server does. */
export async function holdDatabase(connectionString: string): Promise<HeldDatabase | null> {
  const client = new pg.Client({ ...clientSettings(connectionString), application_name: "rapport migrate-store" });
  client.on("error", () => {});
  const end = () => client.end().catch(() => {});
  try {
    await client.connect();
    for (let attempt = 1; ; attempt++) {
      const { rows } = await client.query<{ held: boolean }>(tryToLead);
      if (rows[0]?.held === true) return { release: end };
      if (attempt === tries) break;
      await new Promise((resolve) => setTimeout(resolve, betweenMs));
    }
  } catch (error) {
    await end();
    throw translateError(error);
  }
  await end();
  return null;
}
