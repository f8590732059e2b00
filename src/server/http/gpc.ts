import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { byGpc } from "#domain/consent.ts";
import { isUsableId, type ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { optOutPurposes } from "#privacy/record-consents.ts";
import type { House } from "../compose.ts";
import { jsonOrTextReply } from "../contract/text-replies.ts";
import type { KeyCheck } from "./auth.ts";
import { isRecord, personNameOf } from "./decode-fields.ts";
import type { App } from "./route-deps.ts";

// Global Privacy Control (W3C): a browser's opt-out of sale and sharing, sent with every request.

/** More people than this in one request is no browser speaking. */
const maxPeople = 50;

const saysGpc = (body: unknown): boolean => isRecord(body) && (body.gpc === true || (isRecord(body.context) && body.context.gpc === true));

/**
 * Did the browser opt out? Exactly "1" does; Node joins repeated headers, so each is looked at by itself. A shop's server that
 * passes a browser's request on may say `gpc: true` in the body, or in the context of a Segment message, instead.
 */
export function gpcOf(request: Pick<FastifyRequest, "raw" | "body">): boolean {
  const isSent = (request.raw.headersDistinct?.["sec-gpc"] ?? [request.raw.headers["sec-gpc"]].flat()).some((value) => value === "1");
  return isSent || saysGpc(request.body);
}

const batchOf = (body: unknown): readonly unknown[] => (isRecord(body) && Array.isArray(body.batch) ? body.batch : []);

/** Everybody who opts out with this request: whom it names, in whichever way its protocol does. */
function optingOut(request: FastifyRequest): PersonName[] {
  const all = gpcOf(request);
  const batch = batchOf(request.body);
  const messages = (all ? [request.body, request.query, ...batch] : batch.filter(saysGpc)).filter(isRecord);
  const found = new Map<string, PersonName>();
  for (const message of messages) {
    const names = personNameOf(message.customerId ?? message.userId, message.anonymousId);
    const usable: PersonName = {
      customerId: names.customerId !== null && isUsableId(names.customerId) ? names.customerId : null,
      anonymousId: names.anonymousId !== null && isUsableId(names.anonymousId) ? names.anonymousId : null,
    };
    if (usable.customerId !== null || usable.anonymousId !== null) found.set(JSON.stringify(usable), usable);
    if (found.size >= maxPeople && all) break;
  }
  return [...found.values()];
}

/**
 * Writes the opt-out down for everybody known under these names: the customer, and the device as far as it is known. A device
 * that nothing is kept of stays unknown: its browser says it again with each request.
 */
export async function honourGpc(
  { gate, store, recordConsents }: Pick<House, "gate" | "store" | "recordConsents">,
  shopId: ShopId,
  names: PersonName,
) {
  const person = await gate.recognise(shopId, names);
  if (person === null) return;
  if (!person.known && names.customerId === null) return;
  const states = await store.consents.current(shopId, person.memberIds);
  const purposes = optOutPurposes.filter((purpose) => {
    const decisions = person.memberIds.flatMap((personId) => states.get(personId)?.get(purpose) ?? []);
    // A no stands already, or they said yes after being told.
    return decisions.length === 0 || decisions.some(({ granted, how }) => granted && how !== "gpc-acknowledged");
  });
  if (purposes.length === 0) return;
  const known = person.known ? names : { ...names, anonymousId: null };
  const no = new Map(purposes.map((purpose) => [purpose, false] as const));
  await recordConsents(shopId, [{ names: known, purposes: no, source: "person", notice: null, how: byGpc }]);
}

/**
 * The key check of every route, after which an opt-out that came with the request is in force before the route does anything:
 * no route can forget it, and nothing is asked of whoever opts out.
 */
export function withGpc(checkKey: KeyCheck, house: Pick<House, "gate" | "store" | "recordConsents">): KeyCheck {
  return (scope) => {
    const check = checkKey(scope);
    return async function checkKeyAndSignal(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      await check(request, reply);
      if (gpcOf(request)) reply.header("rapport-opt-out", "gpc; honoured");
      else if (!batchOf(request.body).some(saysGpc)) return;
      for (const names of optingOut(request)) await honourGpc(house, request.shop.shopId, names);
    };
  };
}

/** When this house began to honour the signal in the way it does. */
const supportSince = "2026-11-22";

const gpcReply = Type.Object({ gpc: Type.Literal(true), lastUpdate: Type.String({ format: "date" }) });

/** `GET /.well-known/gpc.json`: says that the signal is honoured. */
export function addGpcRoutes(app: App): void {
  app.get(
    "/.well-known/gpc.json",
    {
      schema: {
        tags: ["Consent"],
        summary: "Global Privacy Control is honoured",
        security: [],
        response: { 200: jsonOrTextReply("The statement", gpcReply) },
      },
    },
    async (_request, reply) => reply.header("content-type", "application/json").send(JSON.stringify({ gpc: true, lastUpdate: supportSince })),
  );
}
