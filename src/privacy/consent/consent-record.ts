import { createHash } from "node:crypto";
import { type Static, Type } from "typebox";
import type { ShopId } from "#domain/ids.ts";
import type { RecordedDecision } from "#storage/ports/consent-record-store.ts";
import type { NameOf } from "#storage/ports.ts";
import type { Policy } from "../policy/policy.ts";
import { defaultFacts } from "./default-notice.ts";
import type { PublishedNotice } from "./notices.ts";

// The consent record of ISO/IEC TS 27560:2023, in plain JSON: its sections and field names as the standard has them. What
// GDPR asks for beside the mandatory fields (lawful basis, methods, rights, authority) is there too.

const text = Type.String({ minLength: 1 });
const nullable = Type.Union([text, Type.Null()]);

const partySection = Type.Object({
  party_id: text,
  party_name: text,
  party_address: text,
  party_contact: text,
  party_role: text,
  party_type: text,
  party_url: Type.Optional(text),
});

const purposeSection = Type.Object({
  purpose: text,
  purpose_description: text,
  lawful_basis: text,
  pii_information: Type.Array(Type.Object({ pii_type: text }), { minItems: 1 }),
  pii_controllers: Type.Array(text, { minItems: 1 }),
  collection_method: text,
  processing_method: text,
  storage_locations: Type.Array(text, { minItems: 1 }),
  retention_period: text,
  jurisdiction: Type.Array(text, { minItems: 1 }),
  recipient_third_parties: Type.Array(text),
  withdrawal_method: text,
  third_country_transfers: text,
  privacy_rights: Type.Array(text, { minItems: 1 }),
  authority_party: Type.Array(text, { minItems: 1 }),
});

const eventSection = Type.Object({
  event_time: Type.String({ format: "date-time" }),
  /** ISO 8601: a duration in seconds. "P0D": there is no consent. */
  validity_duration: text,
  valid_until: Type.Union([Type.String({ format: "date-time" }), Type.Null()]),
  entity_id: text,
  event_type: Type.Union([
    Type.Literal("person"),
    Type.Literal("guardian"),
    Type.Literal("signal"),
    Type.Literal("shop-asserted"),
    Type.Literal("system"),
  ]),
  event_state: Type.Union([
    Type.Literal("given"),
    Type.Literal("refused"),
    Type.Literal("withdrawn"),
    Type.Literal("expired"),
    Type.Literal("invalidated"),
  ]),
  /** Where and how it was said: banner, preference-centre, gpc … */
  event_method: nullable,
  verification: nullable,
});

export const consentRecord = Type.Object(
  {
    schema_version: Type.Literal("ISO/IEC TS 27560:2023"),
    profile: Type.Literal("https://w3id.org/dpv/schema/dpv-27560"),
    record_id: text,
    receipt_id: text,
    pii_principal_id: text,
    pii_principal_id_kind: Type.Union([Type.Literal("customer"), Type.Literal("anonymous")]),
    pii_processing: Type.Object({
      privacy_notice: Type.Object({
        name: text,
        version: Type.Union([Type.Integer(), Type.Null()]),
        /** SHA-256 of its canonical JSON; null on decisions from before notices were kept. */
        hash: Type.Union([Type.String({ pattern: "^[0-9a-f]{64}$" }), Type.Null()]),
        /** Did whoever sent the decision say that this one was shown? If not, it is the one that was in force. */
        shown: Type.Boolean(),
        /** What they called it. */
        reference: nullable,
      }),
      language: text,
      purposes: Type.Array(purposeSection, { minItems: 1, maxItems: 1 }),
    }),
    party_identification: Type.Array(partySection, { minItems: 1 }),
    event: Type.Array(eventSection, { minItems: 1, maxItems: 1 }),
  },
  { title: "ConsentRecord" },
);
export type ConsentRecord = Static<typeof consentRecord>;

function idOf(kind: "record" | "receipt", shopId: ShopId, { seq, decision }: RecordedDecision): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([kind, shopId, seq, decision.personId, decision.purpose]))
    .digest("base64url");
  return `${kind}_${digest.slice(0, 24)}`;
}

const isoTime = (at: number) => new Date(at).toISOString();

function stateOf({ state, decision }: RecordedDecision, before: RecordedDecision | undefined): ConsentRecord["event"][number]["event_state"] {
  if (state === "given") return "given";
  if (state === "over") return decision.how === "expired" ? "expired" : "invalidated";
  return before?.state === "given" ? "withdrawn" : "refused";
}

function eventTypeOf({ state, decision: { how, source } }: RecordedDecision): ConsentRecord["event"][number]["event_type"] {
  if (state === "over") return "system";
  if (how === "guardian") return "guardian";
  return how === "gpc" ? "signal" : source;
}

/** One decision as a record. `before`: the one on the same purpose that it replaced. */
export function recordOf(
  shopId: ShopId,
  name: NameOf,
  recorded: RecordedDecision,
  before: RecordedDecision | undefined,
  context: { readonly published: PublishedNotice | null; readonly policy: Policy; readonly shopName: string },
): ConsentRecord {
  const { decision } = recorded;
  const { published, policy } = context;
  const facts = published?.notice ?? defaultFacts(context.shopName);
  const { purpose, proof } = decision;
  const languages = published === null ? [] : Object.keys(published.notice.languages);
  const language = proof?.language ?? languages[0] ?? "en";
  const words = published?.notice.languages[language] ?? published?.notice.languages[languages[0] ?? ""];
  const processing = facts.processing[purpose] ?? defaultFacts(context.shopName).processing[purpose]!;
  const validUntil = decision.granted ? (decision.expiresAt ?? null) : null;
  const partyId = (index: number) => `controller-${index + 1}`;
  return {
    schema_version: "ISO/IEC TS 27560:2023",
    profile: "https://w3id.org/dpv/schema/dpv-27560",
    record_id: idOf("record", shopId, recorded),
    receipt_id: idOf("receipt", shopId, recorded),
    pii_principal_id: name.externalId,
    pii_principal_id_kind: name.kind,
    pii_processing: {
      privacy_notice: {
        name: published?.notice.name ?? decision.notice ?? "not stated",
        version: published?.notice.version ?? null,
        hash: published?.hash ?? null,
        shown: proof?.noticeShown === true,
        reference: decision.notice,
      },
      language,
      purposes: [
        {
          purpose,
          purpose_description: words?.purposes[purpose] ?? purpose,
          lawful_basis: policy.purposes[purpose].notes.join(" "),
          pii_information: processing.piiTypes.map((type) => ({ pii_type: type })),
          pii_controllers: facts.controllers.map((_, index) => partyId(index)),
          collection_method: processing.collection,
          processing_method: processing.processing,
          storage_locations: [...facts.storageLocations],
          retention_period: processing.retention,
          jurisdiction: [...policy.jurisdictions],
          recipient_third_parties: facts.recipients.map((recipient) => `${recipient.name} (${recipient.purpose})`),
          withdrawal_method: words?.withdrawal ?? "PUT /v1/consents with false for the purpose, or the shop's privacy page",
          third_country_transfers: facts.transfers === "" ? "none" : facts.transfers,
          privacy_rights: [...policy.rights],
          authority_party: policy.authorities.map((authority) => `${authority.name}, ${authority.url}`),
        },
      ],
    },
    party_identification: facts.controllers.map((party, index) => ({
      party_id: partyId(index),
      party_name: party.name,
      party_address: party.address,
      party_contact: party.contact,
      party_role: "pii controller",
      party_type: party.type ?? "organization",
      ...(party.url === undefined ? {} : { party_url: party.url }),
    })),
    event: [
      {
        event_time: isoTime(decision.at),
        validity_duration:
          validUntil === null ? (recorded.state === "given" ? "unlimited" : "P0D") : `PT${Math.round((validUntil - decision.at) / 1000)}S`,
        valid_until: validUntil === null ? null : isoTime(validUntil),
        entity_id: recorded.state === "over" ? partyId(0) : decision.source === "person" ? name.externalId : partyId(0),
        event_type: eventTypeOf(recorded),
        event_state: stateOf(recorded, before),
        event_method: decision.how,
        verification: proof?.verification ?? null,
      },
    ],
  };
}
