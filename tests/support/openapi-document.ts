import { Compile } from "typebox/schema";

type Schema = Readonly<Record<string, unknown>>;
type Operation = { readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>> };
export type OpenApiDocument = { readonly openapi: string; readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

/** "get /v1/items/{id}" and so on, in order. */
export function operationsOf({ paths }: OpenApiDocument): string[] {
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
}

/** What is wrong with a JSON reply by the document's own schema for it; empty when nothing is. */
export function faultsOf(document: OpenApiDocument, operation: string, status: number, body: unknown): string[] {
  const [method, path] = operation.split(" ") as [string, string];
  const responses = document.paths[path]?.[method]?.responses ?? {};
  const schema = (responses[status] ?? responses[`${Math.floor(status / 100)}XX`])?.content?.["application/json"]?.schema;
  if (schema === undefined) return [`no schema is documented for ${status}`];
  const [valid, errors] = Compile(schema).Errors(body);
  return valid ? [] : errors.map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
