import type { Clock, FreshId } from "#domain/clock.ts";
import type { ConsentState } from "#domain/consent.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Person, PersonName } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { isPurpose } from "#domain/purpose.ts";
import type { RecordedDecision } from "#storage/ports/consent-record-store.ts";
import type { NameOf, Store } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import { mergeConsents } from "../merge-consents.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";
import type { Signature, Signer } from "../vault/signer.ts";
import { verifySigned } from "../vault/verify-signed.ts";
import { type ConsentRecord, recordOf } from "./consent-record.ts";
import { type MayAsk, mayAskOf } from "./may-ask.ts";
import { addMonths } from "./months.ts";
import type { Notices } from "./notices.ts";

export type ConsentReceipt = {
  readonly type: "consent-receipt";
  readonly version: 1;
  readonly receiptId: string;
  readonly shop: string;
  readonly issuedAt: string;
  /** After that it proves nothing any more: ask for a new one. */
  readonly expiresAt: string;
  readonly records: readonly ConsentRecord[];
};
export type SignedReceipt = ConsentReceipt & { readonly signature: Signature };

export type ConsentRecords = {
  /** What holds for the person under all their names: a no of any is a no. */
  stateOf(shopId: ShopId, person: Person): Promise<ConsentState>;
  /** Every decision that these names ever made, oldest first. */
  of(shopId: ShopId, names: PersonName): Promise<readonly ConsentRecord[]>;
  mayAsk(shopId: ShopId, state: ConsentState): Promise<Readonly<Record<string, MayAsk>>>;
  /** What is in force, signed; null: nobody of that name has decided anything. */
  receipt(shopId: ShopId, names: PersonName): Promise<SignedReceipt | null>;
  /** Refuses with RECEIPT_INVALID or RECEIPT_EXPIRED, and says why. */
  verify(shopId: ShopId, receipt: unknown): Promise<Result<{ readonly receiptId: string; readonly keyId: string; readonly expiresAt: string }>>;
};

const isText = (value: unknown): value is string => typeof value === "string";

export function createConsentRecords(deps: {
  readonly store: Pick<Store, "consents" | "consentRecords" | "identities" | "shops">;
  readonly gate: Pick<Gate, "recognise">;
  readonly policies: ShopPolicies;
  readonly notices: Notices;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): ConsentRecords {
  const { store, gate, policies, notices, signer, clock, freshId } = deps;
  const shopNameOf = async (shopId: ShopId) => (await store.shops.list()).find((shop) => shop.shopId === shopId)?.name ?? "this shop";

  async function historyOf(shopId: ShopId, names: PersonName): Promise<readonly RecordedDecision[]> {
    const person = await gate.recognise(shopId, names);
    if (person === null) return [];
    const all = await store.consentRecords.history(shopId, person.memberIds);
    return all.filter(({ decision }) => isPurpose(decision.purpose));
  }

  /** `wanted` picks from the decisions; each is told apart from the one before it under the same name. */
  async function recordsOf(
    shopId: ShopId,
    history: readonly RecordedDecision[],
    wanted: (one: RecordedDecision) => boolean,
  ): Promise<ConsentRecord[]> {
    const named = await store.identities.namesOf(shopId, [...new Set(history.map(({ decision }) => decision.personId))]);
    const context = { policy: await policies.of(shopId), shopName: await shopNameOf(shopId) };
    const published = await notices.list(shopId);
    const last = new Map<string, RecordedDecision>();
    const records: ConsentRecord[] = [];
    for (const one of history) {
      const key = `${one.decision.personId} ${one.decision.purpose}`;
      const before = last.get(key);
      last.set(key, one);
      const name: NameOf | undefined = named.get(one.decision.personId);
      if (!wanted(one) || name === undefined) continue;
      const notice = published.find(({ hash }) => hash === one.decision.proof?.noticeHash) ?? null;
      records.push(recordOf(shopId, name, one, before, { ...context, published: notice }));
    }
    return records;
  }

  return {
    async stateOf(shopId, person) {
      const states = await store.consents.current(shopId, person.memberIds);
      return person.memberIds.reduce((merged: ConsentState, personId) => mergeConsents(merged, states.get(personId)), new Map());
    },

    async of(shopId, names) {
      return recordsOf(shopId, await historyOf(shopId, names), ({ own, state }) => own || state === "over");
    },

    mayAsk: async (shopId, state) => mayAskOf(state, await policies.of(shopId), clock()),

    async receipt(shopId, names) {
      const history = await historyOf(shopId, names);
      if (history.length === 0) return null;
      const latest = new Map<string, RecordedDecision>();
      for (const one of history) if (one.own) latest.set(`${one.decision.personId as PersonId} ${one.decision.purpose}`, one);
      const inForce = new Set(latest.values());
      const now = clock();
      const { validityMonths } = (await policies.of(shopId)).consent;
      const ends = [...inForce].flatMap(({ state, decision }) =>
        state === "given" && decision.expiresAt != null && decision.expiresAt > now ? [decision.expiresAt] : [],
      );
      const document: ConsentReceipt = {
        type: "consent-receipt",
        version: 1,
        receiptId: `receipt_${freshId()}`,
        shop: await shopNameOf(shopId),
        issuedAt: new Date(now).toISOString(),
        expiresAt: new Date(Math.min(addMonths(now, validityMonths), ...ends)).toISOString(),
        records: await recordsOf(shopId, history, (one) => inForce.has(one)),
      };
      return { ...document, signature: await signer.sign(shopId, document) };
    },

    async verify(shopId, receipt) {
      const verdict = verifySigned(receipt, await signer.publicKeys(shopId));
      if (!verdict.verified) return refuse("RECEIPT_INVALID", verdict.why);
      const { type, receiptId, expiresAt } = receipt as Partial<Record<keyof ConsentReceipt, unknown>>;
      if (type !== "consent-receipt" || !isText(receiptId) || !isText(expiresAt))
        return refuse("RECEIPT_INVALID", "it is signed by the shop, but is no consent receipt");
      const end = Date.parse(expiresAt);
      if (Number.isNaN(end) || end <= clock()) return refuse("RECEIPT_EXPIRED", `it was good until ${expiresAt.slice(0, 40)}`);
      return succeed({ receiptId, keyId: verdict.keyId, expiresAt });
    },
  };
}
