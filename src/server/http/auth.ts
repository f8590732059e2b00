import type { FastifyReply, FastifyRequest } from "fastify";
import { type Problem, ProblemError } from "#domain/problem.ts";
import type { KeyScope, Shop } from "#domain/shop.ts";
import type { ShopStore } from "#storage/ports.ts";
import { hashKey, keyTagOf } from "../shop-keys.ts";
import { isRecord, textOf } from "./decode-fields.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the key check of every route that needs a key. */
    shop: Shop;
    /** What the key opens: a write key is in everybody's hands. */
    keyScope: KeyScope;
    /** Tells keys apart in the audit log, and opens nothing. */
    keyTag?: string;
  }
  interface FastifyContextConfig {
    /** The key may stand in the address: for images, beacons and settings, which cannot carry a header. */
    keyInQuery?: boolean;
  }
}

/** A key that was good this recently is not looked up again. */
const rememberMs = 10_000;
const maxRemembered = 10_000;

/** A key outside the headers: `writeKey` in a Segment body, or in the address where the route allows it. */
function keyBesides(request: FastifyRequest): string | null {
  const inBody = isRecord(request.body) ? textOf(request.body, "writeKey") : null;
  if (inBody !== null || request.routeOptions.config.keyInQuery !== true) return inBody;
  const inPath = isRecord(request.params) ? textOf(request.params, "writeKey") : null;
  return inPath ?? (isRecord(request.query) ? textOf(request.query, "writeKey") : null);
}

/** The key of a request: `Authorization: Basic base64(key:)` or `Bearer key`, or outside the headers. */
function keyOf(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  const [, scheme, value] = /^(Basic|Bearer) +(\S+)$/i.exec(authorization ?? "") ?? [];
  if (scheme?.toLowerCase() === "bearer") return value!;
  if (scheme !== undefined) return Buffer.from(value!, "base64").toString("utf8").split(":")[0] || null;
  return keyBesides(request);
}

/** A hook that lets a request in when its key opens what the route needs, and tells the route which shop it is. */
export function createKeyCheck(shops: Pick<ShopStore, "byKeyHash">, now: () => number) {
  type Found = { readonly shop: Shop; readonly scope: KeyScope; readonly tag: string };
  const remembered = new Map<string, Found & { foundAt: number }>();

  async function find(key: string): Promise<Found | null> {
    const hash = hashKey(key);
    const known = remembered.get(hash);
    // A clock that was set back must not keep a revoked key good until then.
    if (known !== undefined && Math.abs(now() - known.foundAt) < rememberMs) return known;
    const found = await shops.byKeyHash(hash);
    if (found === null) return null;
    if (remembered.size >= maxRemembered) remembered.clear();
    const tagged = { ...found, tag: keyTagOf(hash) };
    remembered.set(hash, { ...tagged, foundAt: now() });
    return tagged;
  }

  async function findBesides(request: FastifyRequest, tried: string): Promise<Found | null> {
    const key = /^bearer\b/i.test(request.headers.authorization ?? "") ? keyBesides(request) : null;
    return key === null || key === tried ? null : find(key);
  }

  return (scope: KeyScope) =>
    async function checkKey(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
      const key = keyOf(request);
      const refuse = (code: Problem["code"], detail: string) => new ProblemError({ code, detail });
      if (key === null) throw refuse("KEY_MISSING", "authorization");
      // With OAuth, Segment's clients bear a token that is not ours, and the write key beside it.
      const found = (await find(key)) ?? (await findBesides(request, key));
      if (found === null) throw refuse("KEY_UNKNOWN", "authorization");
      if (scope === "server" && found.scope !== "server") throw refuse("KEY_NOT_ALLOWED", `${request.method} ${request.routeOptions.url ?? ""}`);
      request.shop = found.shop;
      request.keyScope = found.scope;
      request.keyTag = found.tag;
    };
}
export type KeyCheck = ReturnType<typeof createKeyCheck>;
