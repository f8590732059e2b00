import { type Html, renderHtml } from "#markup/html.ts";
import { href } from "./addresses.ts";
import type { StorefrontCookie, StorefrontResponse } from "./storefront-services.ts";

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  // Two people on one machine must never see each other's shop.
  "cache-control": "private, no-store",
  // Nothing is loaded from anywhere else and no script runs at all.
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

export function pageResponse(page: Html, status = 200, cookies: StorefrontCookie[] = []): StorefrontResponse {
  return { status, headers: { ...pageHeaders }, cookies, body: renderHtml(page) };
}

/** After a form: look at a page, so that reloading it does not send the form again. */
export function seeOther(path: string, cookies: StorefrontCookie[] = []): StorefrontResponse {
  return { status: 303, headers: { location: href(path), "cache-control": "private, no-store" }, cookies, body: "" };
}
