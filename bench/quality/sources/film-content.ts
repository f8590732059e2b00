import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFile } from "./shared-data.ts";
import { writeTable } from "./write-table.ts";

/** ml-100k's u.item: a film's number first, its marks for 19 genres last, with bars between. */
export function genresOfMl100k(folder: string): string {
  const genres = readFileSync(sharedFile("ml-100k/u.genre"), "utf8").trim().split("\n");
  const names = genres.map((line) => line.split("|")[0]!);
  const films = readFileSync(sharedFile("ml-100k/u.item"), "latin1").trim().split("\n");
  const lines = films.map((line) => {
    const fields = line.trim().split("|");
    const marks = fields.slice(-names.length);
    return JSON.stringify({ id: fields[0], genres: names.filter((_, genre) => marks[genre] === "1") });
  });
  const file = join(folder, "ml-100k-items.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/**
 * Genres, and the tags that people had given a film before three fifths of the ratings were made: later ones would tell
 * validation and test what was watched then.
 */
export function contentOfMlLatest(folder: string): Promise<string> {
  const [movies, tags, ratings] = ["movies", "tags", "ratings"].map((name) => `'${sharedFile(`ml-latest-small/${name}.csv`)}'`);
  return writeTable(
    `SELECT movieId AS id, string_split(genres, '|') AS genres, coalesce(tags, []) AS tags FROM ${movies}
     LEFT JOIN (
       SELECT movieId, list(DISTINCT lower(tag) ORDER BY lower(tag)) AS tags FROM ${tags}
       WHERE timestamp < (SELECT quantile_disc(timestamp, 0.6) FROM ${ratings}) GROUP BY movieId
     ) USING (movieId) ORDER BY movieId`,
    join(folder, "ml-latest-items.jsonl"),
    "json",
  );
}
