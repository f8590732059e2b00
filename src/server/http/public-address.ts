import type { FastifyRequest } from "fastify";
import { ProblemError } from "#domain/problem.ts";

/** RAPPORT_PUBLIC_ADDRESS: where browsers reach this server, such as "https://events.shop.example". Throws ProblemError OPTION_INVALID. */
export function publicAddress(): string | null {
  const told = process.env.RAPPORT_PUBLIC_ADDRESS;
  if (told === undefined || told === "") return null;
  const url = URL.parse(told);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new ProblemError({ code: "OPTION_INVALID", detail: "RAPPORT_PUBLIC_ADDRESS is not the address of a web server" });
  return url.href;
}

/** Before us may stand what ends TLS; what it says decides over nothing but the visitor's own cookie and link. */
export function isSecure({ protocol, headers }: FastifyRequest): boolean {
  return protocol === "https" || /^https\b/i.test(String(headers["x-forwarded-proto"] ?? ""));
}

/** Where links of an answer lead, without a slash at the end: where browsers reach this server, or where the question came to. */
export const ownAddress = (request: FastifyRequest, told: string | null): string =>
  (told ?? `${isSecure(request) ? "https" : "http"}://${request.host}`).replace(/\/$/, "");
