import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { readDoc, repository, tableBelow } from "./markdown.ts";

type Rule = { readonly name: string; readonly from: { readonly path?: string }; readonly to: { readonly pathNot?: string } };

/** room → rooms it may import, read back from the rules that the checker is given. */
async function checkedRooms(): Promise<Record<string, readonly string[]>> {
  const { default: config } = (await import(pathToFileURL(`${repository}.dependency-cruiser.mjs`).href)) as {
    default: { forbidden: readonly Rule[] };
  };
  const rooms = config.forbidden.flatMap(({ name, from, to }) => {
    const [, room] = /^\^src\/([a-z]+)\/$/.exec(from.path ?? "") ?? [];
    const [, allowed] = /^\^src\/\(([a-z|]+)\)\/$/.exec(to.pathNot ?? "") ?? [];
    if (room === undefined || allowed === undefined || !name.startsWith(`${room}-imports-only-`)) return [];
    return [[room, allowed.split("|").filter((other) => other !== room)] as const];
  });
  return Object.fromEntries(rooms);
}

it("the table of rooms in docs/architecture.md is the one that is checked", async () => {
  const table = tableBelow(readDoc("docs/architecture.md"), "## Who may import whom");
  const told = Object.fromEntries(table.map(([room, allowed]) => [room, allowed === "nothing" ? [] : allowed!.split(", ")]));
  expect(Object.keys(told).length).toBeGreaterThan(5);
  expect(told).toEqual(await checkedRooms());
});

it("every room has a reason", () => {
  for (const [room, , why] of tableBelow(readDoc("docs/architecture.md"), "## Who may import whom")) expect(why, room).not.toBe("");
});
