import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CustomerId, ItemId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Purpose } from "#domain/purpose.ts";
import type { HookReply } from "#server/contract/connections.ts";
import type { HeldHouse } from "../support/held-house.ts";

const folder = new URL("../../src/ingestion/shops/testing/", import.meta.url);

/** A payload as the platform's documentation has it; the text, so that ids beyond 2^53 keep their digits. */
export const fixture = (name: string): string => readFileSync(new URL(`${name}.json`, folder), "utf8");

/** The same with parts of its text replaced. */
export function changed(text: string, ...pairs: readonly (readonly [string, string])[]): string {
  for (const [from] of pairs) if (!text.includes(from)) throw new Error(`the payload has no ${from}`);
  return pairs.reduce((changing, [from, to]) => changing.replaceAll(from, to), text);
}

export const sign = (secret: string, body: string | Buffer) => createHmac("sha256", secret).update(body).digest("base64");

export type Sent = { readonly status: number; readonly body: HookReply; readonly text: string };

export async function post(held: HeldHouse, path: string, headers: Readonly<Record<string, string>>, payload: string | Buffer): Promise<Sent> {
  const { status, text } = await held.sendRaw({ method: "POST", path, headers, payload });
  return { status, text, body: JSON.parse(text) as HookReply };
}

export const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });

/** What the gate hands out about somebody for a purpose; null when they do not allow it. */
export async function historyOf(held: HeldHouse, names: PersonName, purpose: Purpose = "learn") {
  const { gate, store } = held.house;
  const allowed = await gate.allow(held.shopId, await gate.recognise(held.shopId, names), purpose);
  return allowed === null ? null : store.log.history(allowed, { limit: 100 });
}

export async function allow(held: HeldHouse, names: PersonName): Promise<void> {
  const purposes = new Map<Purpose, boolean>([
    ["personalize", true],
    ["learn", true],
    ["measure", true],
  ]);
  await held.house.recordConsents(held.shopId, [{ names, purposes, source: "person", notice: null, how: "banner" }]);
}

export async function itemOf(held: HeldHouse, id: string) {
  return (await held.house.store.catalogue.get(held.shopId, [id as ItemId])).get(id as ItemId);
}

/** How many entries the log has: nothing stored means none more. */
export const entries = async (held: HeldHouse) => (await held.house.store.log.size(held.shopId)).entries;
