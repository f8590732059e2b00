import type { FastifyRequest } from "fastify";
import type { PersonName } from "#domain/person.ts";
import type { AuditAction } from "#privacy/audit/audit-actions.ts";
import type { AuditDetail } from "#privacy/audit/audit-entry.ts";
import { isRecord, textOf } from "../decode-fields.ts";
import { bothParties, inPath, named } from "./person-of-request.ts";

/** What is noted of a request that was answered well. */
export type AuditRule = {
  readonly action: AuditAction;
  readonly persons?: (request: FastifyRequest) => readonly PersonName[];
  readonly everybody?: true;
  /** Nothing about a person. */
  readonly detail?: (request: FastifyRequest) => AuditDetail;
};

const about = (action: AuditAction): AuditRule => ({ action, persons: named });
const ofShop = (action: AuditAction): AuditRule => ({ action });
const ofAll = (action: AuditAction): AuditRule => ({ action, everybody: true });
const gorseUser = (action: AuditAction): AuditRule => ({ action, persons: inPath("user") });

/** A choice of the route's own, such as the platform in its path. */
const withParam = (action: AuditAction, param: string): AuditRule => ({
  action,
  detail: ({ params }) => ({ [param]: isRecord(params) ? (textOf(params, param) ?? "").slice(0, 60) : "" }),
});

/** Every route that reads or changes somebody's data, or what holds for the shop, with somebody's key or at their own page. */
export const auditedRoutes: Readonly<Record<string, AuditRule>> = {
  "GET /v1/audit": ofShop("audit.read"),
  "GET /v1/audit/verify": ofShop("audit.read"),
  "GET /v1/breaches": ofShop("breach.read"),
  "POST /v1/breaches": ofShop("breach.opened"),
  "GET /v1/breaches/:id": ofShop("breach.read"),
  "GET /v1/breaches/:id/affected": ofAll("breach.read"),
  "POST /v1/breaches/:id/close": ofShop("breach.closed"),
  "PUT /v1/connections/:platform": withParam("connection.added", "platform"),
  "DELETE /v1/connections/:platform": withParam("connection.removed", "platform"),
  "GET /v1/consents": about("consent.read"),
  "PUT /v1/consents": about("consent.written"),
  "GET /v1/consents/receipts": about("receipt.made"),
  "GET /v1/consents/records": about("records.read"),
  "GET /v1/contacts": about("contact.read"),
  "PUT /v1/contacts": about("contact.changed"),
  "DELETE /v1/contacts": about("contact.deleted"),
  "POST /v1/contacts/check": about("contact.checked"),
  "POST /v1/contacts/find": ofShop("contact.found"),
  "PUT /v1/contacts/suppressions": ofShop("contact.suppressed"),
  "POST /v1/contacts/unsubscribe-links": about("link.minted"),
  "GET /v1/customers": ofAll("customers.listed"),
  "GET /v1/customers/:id": { action: "customer.read", persons: inPath("id") },
  "GET /v1/identities": about("identities.read"),
  "POST /v1/identities/merge": { action: "identities.changed", persons: bothParties },
  "POST /v1/identities/unmerge": { action: "identities.changed", persons: bothParties },
  "POST /v1/identities/not-me": about("identities.changed"),
  "PUT /v1/notices": ofShop("notice.published"),
  "PUT /v1/policy": ofShop("policy.changed"),
  "GET /v1/preferences": about("preference.read"),
  "PUT /v1/preferences": about("preference.changed"),
  "POST /v1/preferences/less": about("preference.changed"),
  "DELETE /v1/preferences/less": about("preference.changed"),
  "POST /v1/preferences/more": about("preference.changed"),
  "DELETE /v1/preferences/more": about("preference.changed"),
  "POST /v1/preferences/mute": about("preference.changed"),
  "DELETE /v1/preferences/mute": about("preference.changed"),
  "POST /v1/preferences/unmute": about("preference.changed"),
  "POST /v1/preferences/pause": about("preference.changed"),
  "POST /v1/preferences/resume": about("preference.changed"),
  "POST /v1/privacy/erasures": about("forgetting.asked"),
  "GET /v1/privacy/erasures/:erasureId": ofShop("forgetting.read"),
  "GET /v1/privacy/erasures/:erasureId/certificate": ofShop("forgetting.read"),
  "POST /v1/privacy/links": about("link.minted"),
  "GET /v1/profile": about("profile.read"),
  "DELETE /v1/profile/events/:id": about("event.deleted"),
  "POST /v1/profile/events/:id/unused": about("profile.changed"),
  "DELETE /v1/profile/events/:id/unused": about("profile.changed"),
  "POST /v1/profile/inferences/:key": about("profile.changed"),
  "DELETE /v1/profile/inferences/:key": about("profile.changed"),
  "PUT /v1/profile/traits/:key": about("profile.changed"),
  "DELETE /v1/profile/traits/:key": about("profile.changed"),
  "GET /v1/privacy/export": about("export.written"),
  "GET /v1/rights-requests": ofShop("rights.read"),
  "POST /v1/rights-requests": about("rights.changed"),
  "GET /v1/rights-requests/:id": ofShop("rights.read"),
  "DELETE /v1/rights-requests/:id": ofShop("rights.changed"),
  "GET /v1/rights-requests/:id/export": ofShop("export.written"),
  "POST /v1/rights-requests/:id/deny": ofShop("rights.changed"),
  "POST /v1/rights-requests/:id/done": ofShop("rights.changed"),
  "POST /v1/rights-requests/:id/extend": ofShop("rights.changed"),
  "POST /v1/rights-requests/:id/fulfil": ofShop("rights.changed"),
  "POST /v1/rights-requests/:id/lift": ofShop("rights.changed"),
  "POST /v1/rights-requests/:id/verify": ofShop("rights.changed"),
  "PUT /v1/signals/age": about("profile.changed"),
  "POST /v1/webhooks": ofShop("webhook.changed"),
  "DELETE /v1/webhooks/:id": ofShop("webhook.changed"),
  "POST /v1/webhooks/:id/rotate": ofShop("webhook.changed"),
  "POST /v1/webhooks/:id/resend": ofShop("webhook.changed"),
  "POST /v1/webhooks/:id/start": ofShop("webhook.changed"),
  "POST /v1/webhooks/:id/stop": ofShop("webhook.changed"),
  "GET /v1/webhooks/:id/deliveries": ofShop("webhook.read"),
  "POST /v1/why": about("why.read"),

  "POST /privacy/enter": ofShop("own.read"),
  "GET /privacy/*": ofShop("own.read"),
  "GET /privacy/receipt": ofShop("own.copied"),
  "GET /privacy/copy/:kind": ofShop("own.copied"),
  "POST /privacy/do/:action": withParam("own.changed", "action"),
  "POST /privacy/unsubscribe/:token": ofShop("own.changed"),

  "GET /api/user/:user": gorseUser("profile.read"),
  "PATCH /api/user/:user": gorseUser("profile.changed"),
  "DELETE /api/user/:user": gorseUser("profile.changed"),
  "GET /api/user/:user/feedback": gorseUser("profile.read"),
  "GET /api/user/:user/feedback/:type": gorseUser("profile.read"),
  "GET /api/users": ofAll("customers.listed"),
  "GET /api/bulk/users": ofAll("export.written"),
  "GET /api/bulk/feedback": ofAll("export.written"),
  "GET /api/dump": ofAll("export.written"),
  "POST /api/bulk/users": ofShop("import.read"),
  "POST /api/bulk/feedback": ofShop("import.read"),
  "POST /api/restore": ofShop("import.read"),
  "GET /api/feedback": ofAll("events.read"),
  "GET /api/feedback/:type|:user": ofAll("events.read"),
  "GET /api/item/:item/feedback": ofAll("events.read"),
  "GET /api/item/:item/feedback/:type": ofAll("events.read"),
};

/** All others, by how they begin, and why nothing is noted of them. */
export const unauditedRoutes: readonly { readonly begins: RegExp; readonly why: string }[] = [
  {
    begins:
      /^(GET|POST) \/(v1\/)?(t|track|i|identify|p|page|s|screen|g|group|a|alias|m|merge|b|batch|import|beacon|pixel|sourceConfig|projects|beacon\/v1\/batch)(\/|$)/,
    why: "the shop's pages and servers tell what happened; it is in the log itself",
  },
  { begins: /^POST \/v1\/orders$/, why: "the shop tells of its orders; they are in the log itself" },
  { begins: /^POST \/v1\/hooks\//, why: "a shop platform tells what happened; it is in the log itself, and requests of people in their own records" },
  { begins: /^POST \/v1\/recommendations$/, why: "what was shown is an event of the log (impression), for those who allow measuring" },
  {
    begins: /^(GET|POST) \/api\/(recommend|session|collaborative-filtering|user-to-user|user\/:user\/neighbors)/,
    why: "an answer of recommendations",
  },
  {
    begins: /^(POST|PUT|GET|DELETE) \/api\/(user|users|feedback)(\/|$)/,
    why: "a Gorse client tells what happened, or reads one piece that it wrote itself",
  },
  { begins: /^\S+ \/api\/(item|items|latest|popular|non-personalized|item-to-item|health|bulk\/items)(\/|$)/, why: "items, not people" },
  {
    begins: /^\S+ \/v1\/(items|feeds|models|ranking|policy|notices|connections|webhooks)(\/|$)/,
    why: "of the shop, of no person; changes are noted above",
  },
  { begins: /^GET \/v1\/(shop|outcomes|reports)(\/|$)|^POST \/v1\/outcomes$/, why: "counts of many; small ones are left out" },
  { begins: /^GET \/v1\/events\/(recent|refused)$/, why: "masked: no names, a tag that changes instead of the person" },
  { begins: /^(GET|POST) \/v1\/records(\/|$)/, why: "documents of the shop, of no person" },
  { begins: /^POST \/v1\/webhooks\/:id\/test$/, why: "a message without content" },
  { begins: /^(GET|POST) \/v1\/consents\/(record-schema|receipts\/verify)$/, why: "nothing is looked up" },
  { begins: /^POST \/v1\/privacy\/identify$/, why: "nobody has a key there, and nobody is told anything; what is sent out is a link" },
  { begins: /^GET \/v1\/privacy\/(keys|verify-signed\.mjs|verify-audit\.mjs)$/, why: "public" },
  {
    begins: /^GET \/privacy(\/(assets\/\S+|enter|forgotten\/\S+|unsubscribe\/:token))?$/,
    why: "nobody is shown: a form, a style sheet, or a certificate that names nobody",
  },
  { begins: /^\S+ \/(docs|openapi\.json|console|health|metrics|sdk|shop|ranking|\.well-known)(\/|$)|^GET \/(v1\/health)?$/, why: "of no person" },
];
