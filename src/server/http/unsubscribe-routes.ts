import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { localeOfBrowser } from "#centre/locales.ts";
import { base } from "#centre/shell.ts";
import { showUnsubscribe, showUnsubscribed, showWords } from "#centre/standalone-pages.ts";
import { ProblemError } from "#domain/problem.ts";
import { type Channel, channels } from "#privacy/consent/may-contact.ts";
import { createLimitTries } from "#privacy/links/limit-tries.ts";
import { errorReplies } from "../contract/errors.ts";
import { personNames } from "../contract/person-names.ts";
import { noteVisitor } from "./audit/audit-hook.ts";
import { centreHeaders } from "./centre-headers.ts";
import { checkNames } from "./consent-routes.ts";
import { personNameOf } from "./decode-fields.ts";
import { ownAddress } from "./public-address.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const path = `${base}/unsubscribe/:token`;
/** Tokens that open nothing, an address a minute. */
const mostMisses = { most: 30, windowMs: 60_000 } as const;
const mostBodyBytes = 16_384;
const oneClick = "List-Unsubscribe=One-Click";

/** RFC 8058, section 3.1: as a form, or in parts. */
const saysOneClick = (body: unknown): boolean =>
  typeof body === "string" &&
  (new URLSearchParams(body.trim()).get("List-Unsubscribe") === "One-Click" || /name="?List-Unsubscribe"?\s+One-Click\s/.test(body));

const tokenOf = ({ params }: FastifyRequest): string => (params as { token: string }).token;

/** `POST /v1/contacts/unsubscribe-links`, and where those links lead. */
export async function addUnsubscribeRoutes(app: App, deps: RouteDeps): Promise<void> {
  addMintRoute(app, deps);
  await app.register(async (scope) => addPages(scope as App, deps));
}

function addMintRoute(app: App, { house, checkKey, publicAddress }: RouteDeps): void {
  app.post(
    "/v1/contacts/unsubscribe-links",
    {
      preHandler: checkKey("server"),
      schema: {
        tags: ["Consent"],
        summary: "A link in a message that ends its channel with one click",
        description:
          "RFC 8058: put both headers into the mail and sign them with DKIM. The link needs no login, works for as long as the shop exists, and says nothing of whom it is about.",
        body: Type.Object({ ...personNames, channel: Type.Optional(Type.Union(channels.map((one) => Type.Literal(one)))) }),
        response: {
          200: Type.Object({
            url: Type.String({ description: "For the text of the message. Looking at it changes nothing." }),
            headers: Type.Object({ "List-Unsubscribe": Type.String(), "List-Unsubscribe-Post": Type.String() }),
          }),
          ...errorReplies,
        },
      },
    },
    async (request) => {
      const { body, shop } = request;
      const names = checkNames(personNameOf(body.customerId, body.anonymousId));
      const minted = await house.unsubscribe.mint(shop.shopId, names, (body.channel ?? "email") as Channel);
      if (!minted.ok) throw new ProblemError(minted.problem);
      const url = `${ownAddress(request, publicAddress)}${path.replace(":token", minted.value)}`;
      return { url, headers: { "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": oneClick } };
    },
  );
}

/** A mail program sends the form by itself; a person who follows the link presses a button. Programs that look at links change nothing. */
function addPages(app: App, { house, learning }: RouteDeps): void {
  const misses = createLimitTries({ ...mostMisses, clock: house.clock });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit: mostBodyBytes }, (_request, body, done) => done(null, body));
  const hide = { schema: { hide: true } } as const;
  const localeFor = ({ headers }: FastifyRequest) => localeOfBrowser(headers["accept-language"]);
  const send = (reply: FastifyReply, page: string, status = 200) =>
    reply
      .status(status)
      .headers({ ...centreHeaders([]), vary: "accept-language" })
      .type("text/html; charset=utf-8")
      .send(page);
  const refused = (request: FastifyRequest, reply: FastifyReply) => {
    const isMissing = misses.take(request.ip);
    if (!isMissing) reply.header("retry-after", "60");
    return send(reply, showWords(localeFor(request), isMissing ? "missing" : "busy"), isMissing ? 404 : 429);
  };

  app.get(path, hide, async (request, reply) => {
    const found = await house.unsubscribe.peek(tokenOf(request));
    if (found === null) return refused(request, reply);
    return send(reply, showUnsubscribe(localeFor(request), found.shop.name, found.channel));
  });

  app.post(path, hide, async (request, reply) => {
    const found = await house.unsubscribe.peek(tokenOf(request));
    if (found === null) return refused(request, reply);
    // Something else than a mail program or the page's own button: it is shown the button.
    if (!saysOneClick(request.body)) return send(reply, showUnsubscribe(localeFor(request), found.shop.name, found.channel), 400);
    const ended = await house.unsubscribe.end(tokenOf(request));
    if (ended?.names != null) noteVisitor(request, { shopId: ended.shopId, names: ended.names });
    learning.poke();
    // The same for whoever is known and whoever is not any more.
    return send(reply, showUnsubscribed(localeFor(request), found.shop.name, found.channel));
  });
}
