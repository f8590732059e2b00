import { Compile } from "typebox/schema";
import type { Reply } from "./api-client.ts";

type Schema = Readonly<Record<string, unknown>>;
type Operation = {
  /** Empty: for anybody, without a key. */
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>;
};
export type OpenApiDocument = { readonly openapi: string; readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

/** "get /v1/items/{id}" and so on, in order. */
export function operationsOf({ paths }: OpenApiDocument): string[] {
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
}

const responsesOf = ({ paths }: OpenApiDocument, operation: string) => {
  const [method, path] = operation.split(" ") as [string, string];
  return paths[path]?.[method]?.responses ?? {};
};

/** Those that need no key. */
export function openOperationsOf(document: OpenApiDocument): string[] {
  return operationsOf(document).filter((operation) => {
    const [method, path] = operation.split(" ") as [string, string];
    return document.paths[path]![method]!.security?.length === 0;
  });
}

/** The statuses that are documented for when all goes well. */
export function goodStatusesOf(document: OpenApiDocument, operation: string): number[] {
  return Object.keys(responsesOf(document, operation))
    .map(Number)
    .filter((status) => status >= 200 && status < 300);
}

/** What is wrong with a reply by the document's own schema for its status and type; empty when nothing is. */
export function faultsOf(document: OpenApiDocument, operation: string, { status, headers, text, body }: Reply<unknown>): string[] {
  const responses = responsesOf(document, operation);
  const type = headers.get("content-type")?.split(";")[0] ?? "none";
  const schema = (responses[status] ?? responses[`${Math.floor(status / 100)}XX`])?.content?.[type]?.schema;
  if (schema === undefined) return [`no schema is documented for ${status} of type ${type}`];
  const [valid, errors] = Compile(schema).Errors(type === "application/json" ? body : text);
  return valid ? [] : errors.map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
