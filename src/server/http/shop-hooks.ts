import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Type } from "typebox";
import { type Problem, ProblemError, type Result } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { ShopPlatform } from "#domain/shop-platform.ts";
import { parseBody } from "#ingestion/shops/parse-body.ts";
import type { Fields } from "#ingestion/shops/read-fields.ts";
import type { ShopContent } from "#ingestion/shops/shop-content.ts";
import type { ProductContext } from "#ingestion/shops/shopify-product.ts";
import type { Taken } from "#ingestion/shops/take-content.ts";
import type { Connection } from "#storage/ports/connection-store.ts";
import { findConnection } from "../connections.ts";
import { type HookReply, hookReply } from "../contract/connections.ts";
import { errorReplies } from "../contract/errors.ts";
import { problemReply } from "../problem-reply.ts";
import type { App, RouteDeps } from "./route-deps.ts";

/** A product with two thousand variants fits; nothing that a shop sends is larger. */
const bodyLimit = 5 * 1024 * 1024;

/** How a platform's webhooks are told apart and read. */
export type HookPlatform = {
  readonly platform: ShopPlatform;
  readonly title: string;
  readonly signatureHeader: string;
  readonly topicHeader: string;
  /** Headers whose values together tell one delivery from another; a repeated delivery has the same. */
  readonly deliveryHeaders: readonly string[];
  readonly domainOf: (headers: IncomingHttpHeaders) => string | null;
  /** A body that comes unsigned, means nothing and wants a 200. */
  readonly isPing: (body: Buffer) => boolean;
  readonly decode: (topic: string, payload: Fields, context: ProductContext) => Result<ShopContent>;
};

export function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/**
 * Base64 of HMAC-SHA256 over the bytes as they came. Compared as text, because different base64 texts can stand for the
 * same bytes, and in constant time, because a guess must not be told how near it was.
 */
function isSignedBy(secret: string, body: Buffer, signature: string | null): boolean {
  const expected = Buffer.from(createHmac("sha256", secret).update(body).digest("base64"), "latin1");
  const given = Buffer.from(signature ?? "", "latin1");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** What tells this delivery from others: the platform's own number of it, or the content where there is none. */
function deliveryIdOf(headers: IncomingHttpHeaders, names: readonly string[], body: Buffer): string {
  const given = names.map((name) => headerOf(headers, name));
  return given.every((value) => value === null) ? createHash("sha256").update(body).digest("base64url") : JSON.stringify(given);
}

/** `POST /v1/hooks/<platform>/:shop` */
export function addHookRoute(scope: App, deps: RouteDeps, hooks: HookPlatform): void {
  const { house, measures, learning, refusedEvents } = deps;
  const route = `/v1/hooks/${hooks.platform}/:shop`;

  function replyOf(shop: Shop, { outcomes, items, requests, ignored: reason }: Taken, problems: readonly Problem[]): HookReply {
    const reply: HookReply = { success: true, accepted: 0, items, requests, dropped: {}, ignored: reason, rejected: [] };
    const note = (code: Problem["code"] | "DUPLICATE", detail: string) =>
      refusedEvents.add(shop.shopId, { at: house.clock(), route, code, detail, eventName: null });
    const reject = (problem: Problem) => {
      const { code, message, remedy } = problemReply(problem).body.error;
      reply.rejected.push({ code, message, remedy, detail: problem.detail });
      measures.countEvent(problem.code);
      note(problem.code, problem.detail);
    };
    for (const outcome of outcomes) {
      if (outcome.kind === "ok") {
        reply.accepted++;
        measures.countEvent("ok");
      } else if (outcome.kind === "drop") {
        reply.dropped[outcome.reason] = (reply.dropped[outcome.reason] ?? 0) + 1;
        measures.countEvent(outcome.reason);
        note(outcome.reason, "");
      } else reject(outcome.problem);
    }
    problems.forEach(reject);
    if (reason !== null) measures.countEvent(reason);
    if (items > 0) house.snapshots.expire(shop.shopId);
    if (reply.accepted + requests > 0) learning.poke();
    return { ...reply, success: reply.rejected.length === 0 };
  }

  async function take(shop: Shop, connection: Connection, headers: IncomingHttpHeaders, body: Buffer): Promise<HookReply> {
    const none: Taken = { outcomes: [], items: 0, requests: 0, ignored: null };
    const topic = headerOf(headers, hooks.topicHeader);
    if (topic === null) return replyOf(shop, { ...none, ignored: "TOPIC_IGNORED" }, []);
    const parsed = parseBody(body);
    if (!parsed.ok) return replyOf(shop, none, [parsed.problem]);
    const { itemIdSource } = connection;
    const context = { itemIdSource, currency: shop.currency, domain: hooks.domainOf(headers), now: house.clock() };
    const content = hooks.decode(topic, parsed.value, context);
    if (!content.ok) return replyOf(shop, none, [content.problem]);
    try {
      const taken = await house.shopIntake.takeContent(connection, content.value, deliveryIdOf(headers, hooks.deliveryHeaders, body));
      return replyOf(shop, taken, []);
    } catch (error) {
      // A store that is full or away: the platform shall try again. What can never be taken shall not be sent again.
      if (!(error instanceof ProblemError)) throw error;
      const { status } = problemReply(error.problem);
      if (status >= 500 || status === 429) throw error;
      return replyOf(shop, none, [error.problem]);
    }
  }

  scope.post(
    route,
    {
      bodyLimit,
      schema: {
        tags: ["Shops"],
        summary: `Webhooks of ${hooks.title}`,
        description: `Called by ${hooks.title}, signed (${hooks.signatureHeader}) with the secret of "rapport connect ${hooks.platform}". No key.`,
        security: [],
        params: Type.Object({ shop: Type.String({ description: "name of the shop, or id of the connection" }) }),
        response: { 200: hookReply, ...errorReplies },
      },
    },
    async (request) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const found = await findConnection(house, hooks.platform, request.params.shop);
      if (found === null) throw new ProblemError({ code: "CONNECTION_UNKNOWN", detail: hooks.platform });
      const { shop, connection } = found;
      const signature = headerOf(request.headers, hooks.signatureHeader);
      if (signature === null && hooks.isPing(body)) {
        return replyOf(shop, { outcomes: [], items: 0, requests: 0, ignored: "PING" }, []);
      }
      if (!isSignedBy(connection.secret, body, signature)) {
        measures.countEvent("SIGNATURE_WRONG");
        refusedEvents.add(shop.shopId, { at: house.clock(), route, code: "SIGNATURE_WRONG", detail: hooks.signatureHeader, eventName: null });
        throw new ProblemError({ code: "SIGNATURE_WRONG", detail: hooks.signatureHeader });
      }
      return take(shop, connection, request.headers, body);
    },
  );
}

/** A scope in which bodies stay the bytes they came as: signatures are over bytes. */
export async function inRawScope(app: App, add: (scope: App) => void): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    add(scope as App);
  });
}
