import type { ProblemCode } from "#domain/problem.ts";

/** Stands for whatever is personal in a request; no answer may contain it. */
export const canary = "canary.person@shop.example";

export type BadCase = {
  readonly title: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  readonly path: string;
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly raw?: string | Buffer;
  readonly key?: "server" | "write" | "none";
  readonly authorization?: string;
  /** The error that is due; several where more than one says it well. */
  readonly code: ProblemCode | readonly ProblemCode[];
};

const text = (value: unknown) =>
  value === undefined ? "nothing" : typeof value === "string" && value.length > 40 ? `${value.length} characters` : JSON.stringify(value);

/** The same request with one field set to each of some wrong values (`undefined` leaves it out). */
export function wrongField(
  [method, path]: readonly [BadCase["method"], string],
  good: Readonly<Record<string, unknown>>,
  field: string,
  values: readonly unknown[],
  code: BadCase["code"],
): BadCase[] {
  return values.map((value) => ({ title: `${path}: ${field} is ${text(value)}`, method, path, body: { ...good, [field]: value }, code }));
}
