import { Type } from "typebox";
import { type DocumentFormat, documentFormats, writeDocument } from "#privacy/registry/document.ts";
import { type RecordKind, recordKinds, writeRecord } from "#privacy/registry/write-records.ts";
import { errorReplies } from "../contract/errors.ts";
import { documentReply } from "../contract/records.ts";
import { jsonOrTextReply } from "../contract/text-replies.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const types: Readonly<Record<DocumentFormat, string>> = {
  md: "text/markdown; charset=utf-8",
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
};
const oneOf = (names: readonly string[]) => Type.Union(names.map((name) => Type.Literal(name)));

/** `/v1/records/…`: documents about the processing, written from what is in force. */
export function addRecordRoutes(app: App, { house, checkKey }: RouteDeps): void {
  app.get(
    "/v1/records/:kind",
    {
      preHandler: checkKey("server"),
      schema: {
        tags: ["Records"],
        summary: "Record of processing (ropa), retention, or a draft of the impact assessment (dpia)",
        params: Type.Object({ kind: oneOf(recordKinds) }),
        querystring: Type.Object({ format: Type.Optional(oneOf(documentFormats)) }),
        response: { 200: jsonOrTextReply("The document", documentReply, "text/markdown", "text/html"), ...errorReplies },
      },
    },
    async ({ shop, params, query }, reply) => {
      const format = (query.format ?? "json") as DocumentFormat;
      const document = writeRecord(params.kind as RecordKind, await house.recordFacts(shop));
      return reply.type(types[format]).send(writeDocument(document, format));
    },
  );
}
