import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import { consentRecord } from "#privacy/consent/consent-record.ts";
import { consentRecordsReply, receiptReply, whoQuery } from "../contract/consents.ts";
import { errorReplies } from "../contract/errors.ts";
import { checkNames } from "./consent-routes.ts";
import { personNameOf } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Consent"];
const schemaId = "https://w3id.org/dpv/schema/dpv-27560";

/** Records of every decision (ISO/IEC TS 27560), and signed receipts of those in force. */
export function addReceiptRoutes(app: App, { house, checkKey }: RouteDeps): void {
  app.get(
    "/v1/consents/records",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Everything a person ever decided, as consent records",
        querystring: whoQuery,
        response: { 200: consentRecordsReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const names = checkNames(personNameOf(query.customerId, query.anonymousId));
      return { records: [...(await house.consentRecords.of(shop.shopId, names))] };
    },
  );

  app.get(
    "/v1/consents/record-schema",
    { schema: { tags, summary: "JSON Schema of a consent record", security: [], response: { 200: Type.Record(Type.String(), Type.Unknown()) } } },
    async () => ({ $schema: "https://json-schema.org/draft/2020-12/schema", description: `After ${schemaId}`, ...consentRecord }),
  );

  app.get(
    "/v1/consents/receipts",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "What is in force for a person, signed",
        description: "For the person to keep: it verifies without this server, by the shop's public keys.",
        querystring: whoQuery,
        response: { 200: receiptReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const names = checkNames(personNameOf(query.customerId, query.anonymousId));
      const receipt = await house.consentRecords.receipt(shop.shopId, names);
      if (receipt === null) throw new ProblemError({ code: "CUSTOMER_UNKNOWN", detail: "nothing was decided under that name" });
      return { ...receipt, records: [...receipt.records] };
    },
  );

  app.post(
    "/v1/consents/receipts/verify",
    {
      preHandler: checkKey("write"),
      schema: {
        tags,
        summary: "Is this a receipt of this shop, as it was signed, and still good?",
        body: Type.Object({}, { additionalProperties: true, description: "The receipt, or {receipt: …}." }),
        response: {
          200: Type.Object({ valid: Type.Literal(true), receiptId: Type.String(), keyId: Type.String(), expiresAt: Type.String() }),
          ...errorReplies,
        },
      },
    },
    async ({ shop, body }) => {
      const wrapped = body as { receipt?: unknown; signature?: unknown };
      const receipt = wrapped.signature === undefined && wrapped.receipt !== undefined ? wrapped.receipt : body;
      const verified = await house.consentRecords.verify(shop.shopId, receipt);
      if (!verified.ok) throw new ProblemError(verified.problem);
      return { valid: true as const, ...verified.value };
    },
  );
}
