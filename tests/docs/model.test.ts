import { expect, it } from "vitest";
import { eventWeight } from "#domain/event-weight.ts";
import { linearParams } from "#models/linear/linear-params.ts";
import { surfaceRules } from "#serving/surfaces.ts";
import { readDoc, tableBelow } from "./markdown.ts";

// The numbers that docs/guide/model.md states are those of the code.

const page = readDoc("docs/guide/model.md");

it("event weights", () => {
  const told = tableBelow(page, "## What is counted").flatMap(([events, weight]) =>
    events!.split(", ").map((event) => [event, Number(weight!.replace("−", "-"))] as const),
  );
  expect(Object.fromEntries(told)).toEqual(eventWeight);
});

it("how a question fades", () => {
  const { decay, longShare, longDecay } = linearParams();
  expect(page).toContain(`exp(−age / ${decay}) + ${longShare} · exp(−age / ${longDecay})`);
});

it("shares of the surfaces", () => {
  const told = tableBelow(page, "## The score").map(([surface, popularity, content]) => [
    surface!.replaceAll("`", ""),
    Number(popularity),
    Number(content),
  ]);
  const rules = Object.entries(surfaceRules).filter(([, { popularityShare, contentShare }]) => popularityShare + contentShare > 0);
  expect(told).toEqual(rules.map(([surface, { popularityShare, contentShare }]) => [surface, popularityShare, contentShare]));
});

it("ladders and models of the surfaces, in docs/architecture.md", () => {
  const told = tableBelow(readDoc("docs/architecture.md"), "## A recommendation walks through").map(([surface, ladder, model]) => [
    surface!.replaceAll("`", ""),
    ladder!.split(" → "),
    model!.startsWith("none") ? null : model,
  ]);
  const rules = Object.entries(surfaceRules).map(([surface, { ladder, model }]) => [surface, ladder, model] as const);
  expect(Object.fromEntries(told.map(([surface, ...rest]) => [surface, rest]))).toEqual(
    Object.fromEntries(rules.map(([surface, ...rest]) => [surface, rest])),
  );
});
