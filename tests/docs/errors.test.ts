import { expect, it } from "vitest";
import { errorCatalogue } from "#server/contract/error-codes.ts";
import { errorReference } from "../../scripts/error-reference.ts";
import { readDoc, tableBelow } from "./markdown.ts";

const page = readDoc("docs/reference/errors.md");

it("the page lists every code with status, meaning and remedy, and nothing else", () => {
  const listed = tableBelow(`\n${page}`, "# Errors");
  const catalogue = Object.entries(errorCatalogue).map(([code, { status, message, remedy }]) => [`\`${code}\``, String(status), message, remedy]);
  expect(listed).toEqual(catalogue);
});

it("the page is what scripts/write-error-reference.ts writes", () => {
  expect(page).toBe(errorReference());
});
