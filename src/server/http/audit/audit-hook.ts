import type { FastifyRequest } from "fastify";
import type { ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { AuditActor } from "#privacy/audit/audit-entry.ts";
import type { House } from "../../compose.ts";
import type { App } from "../route-deps.ts";
import { auditedRoutes } from "./audited-routes.ts";

type Visitor = { readonly shopId: ShopId; readonly names: PersonName };
const visitors = new WeakMap<FastifyRequest, Visitor>();

/** Somebody at their own page: what follows is their own doing. */
export function noteVisitor(request: FastifyRequest, visitor: Visitor): void {
  visitors.set(request, visitor);
}

const routeOf = ({ method, routeOptions }: FastifyRequest) => `${method} ${(routeOptions.url ?? "").replace(/(?<=.)\/$/, "")}`;

/** Who asks; null where the key is in everybody's hands: what pages say of their visitors is kept with what they said. */
function actorOf(request: FastifyRequest): AuditActor | null {
  if (visitors.has(request)) return { kind: "person" };
  if (request.shop === undefined || request.keyScope === "write") return null;
  return { kind: "key", scope: "server", tag: request.keyTag ?? "none" };
}

/**
 * Notes who looked at whom before the answer goes out: what cannot be noted is not answered. One table says for every route
 * what is noted; a test goes through all routes that there are.
 */
export function addAuditHook(app: App, house: Pick<House, "audit">): void {
  app.addHook("onSend", async (request, reply, payload) => {
    if (reply.statusCode >= 400) return payload;
    const rule = auditedRoutes[routeOf(request)];
    const actor = rule === undefined ? null : actorOf(request);
    if (rule === undefined || actor === null) return payload;
    const visitor = visitors.get(request);
    const persons = visitor === undefined ? rule.persons?.(request) : [visitor.names];
    const detail = rule.detail?.(request);
    await house.audit.note({
      shopId: visitor?.shopId ?? request.shop.shopId,
      actor,
      action: rule.action,
      ...(persons === undefined ? {} : { persons }),
      ...(rule.everybody === true ? { everybody: true } : {}),
      ...(detail === undefined ? {} : { detail }),
    });
    return payload;
  });
}
