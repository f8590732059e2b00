import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// MovieLens 100K as the published Gorse clients' suites expect it: users with four labels, films with genres, title and date of
// release, ratings as feedback. Made of the public files; not part of the repository.

const folder = process.env.RAPPORT_ML100K ?? fileURLToPath(new URL("../../../../shared/data/ml-100k", import.meta.url));

export const hasMovielens = existsSync(join(folder, "u.data"));

const genres = [
  "unknown",
  "Action",
  "Adventure",
  "Animation",
  "Children's",
  "Comedy",
  "Crime",
  "Documentary",
  "Drama",
  "Fantasy",
  "Film-Noir",
  "Horror",
  "Musical",
  "Mystery",
  "Romance",
  "Sci-Fi",
  "Thriller",
  "War",
  "Western",
];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const linesOf = (file: string) =>
  new TextDecoder("latin1")
    .decode(readFileSync(join(folder, file)))
    .split("\n")
    .filter((line) => line !== "");

function isoDate(date: string): string | undefined {
  const [day, month, year] = date.split("-");
  return year === undefined ? undefined : `${year}-${String(months.indexOf(month!) + 1).padStart(2, "0")}-${day}T00:00:00Z`;
}

export function movielensUsers() {
  return linesOf("u.user").map((line) => {
    const [id, age, gender, occupation, zip_code] = line.split("|");
    return { UserId: id!, Labels: { age: Number(age), gender, occupation, zip_code }, Comment: "" };
  });
}

export function movielensItems() {
  return linesOf("u.item").map((line) => {
    const fields = line.split("|");
    const Timestamp = isoDate(fields[2]!);
    return {
      ItemId: fields[0]!,
      IsHidden: false,
      Categories: genres.filter((_, at) => fields[5 + at] === "1"),
      ...(Timestamp !== undefined && { Timestamp }),
      Labels: {},
      Comment: fields[1]!,
    };
  });
}

export function movielensRatings() {
  return linesOf("u.data").map((line) => {
    const [user, item, rating, seconds] = line.split("\t");
    return {
      FeedbackType: "rating",
      UserId: user!,
      ItemId: item!,
      Value: Number(rating),
      Timestamp: `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`,
    };
  });
}

export const toJsonLines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
