import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyCookie from "@fastify/cookie";
import fastifyFormbody from "@fastify/formbody";
import type { FastifyReply, FastifyRequest } from "fastify";
import { act, afterLanguage, sectionOf, showSection, unchangedPath } from "#centre/centre.ts";
import type { Download } from "#centre/centre-services.ts";
import { type Locale, localeOf, localeOfBrowser } from "#centre/locales.ts";
import { base, scriptPath, stylePath } from "#centre/shell.ts";
import { type StandaloneWord, showEnter, showForgotten, showWords } from "#centre/standalone-pages.ts";
import type { ShopId } from "#domain/ids.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import { parseEmbedOrigins } from "#privacy/links/embed-origins.ts";
import { createLimitTries } from "#privacy/links/limit-tries.ts";
import type { PrivacySession } from "#storage/ports/privacy-link-store.ts";
import { centreServicesOf, forgettingOf, isRefusal, namesOf } from "../centre-services.ts";
import { errorReplies } from "../contract/errors.ts";
import { privacyLinkBody, privacyLinkReply } from "../contract/privacy-links.ts";
import { noteVisitor } from "./audit/audit-hook.ts";
import { centreHeaders } from "./centre-headers.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import { gpcOf, honourGpc } from "./gpc.ts";
import { isSecure, ownAddress } from "./public-address.ts";
import { rankingPageOf } from "./ranking-routes.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const sessionCookie = "rapport_centre";
const minuteMs = 60_000;
/** Links that opened nothing, an address a minute; changes, a session a minute. */
const [mostMisses, mostChanges] = [30, 120];

const statusOf: Readonly<Record<StandaloneWord, number>> = { gone: 410, ended: 403, left: 200, refused: 403, busy: 429, missing: 404, failed: 409 };

const assetsFolder = new URL("../../centre/assets/", import.meta.url);
const assets = [
  { path: stylePath, file: "centre.css", type: "text/css; charset=utf-8" },
  { path: scriptPath, file: "centre.js", type: "text/javascript; charset=utf-8" },
] as const;

/** RAPPORT_EMBED_ORIGINS: origins whose pages may show people's own pages in a frame. Throws ProblemError OPTION_INVALID. */
export function embedOriginsInForce(): readonly string[] {
  const told = (process.env.RAPPORT_EMBED_ORIGINS ?? "").split(/[\s,]+/).filter((text) => text !== "");
  const origins = parseEmbedOrigins(told);
  if (origins === null)
    throw new ProblemError({ code: "OPTION_INVALID", detail: "RAPPORT_EMBED_ORIGINS: origins such as https://shop.example, at most 20" });
  return origins;
}

type Texts = Readonly<Record<string, string>>;
const textsOf = (fields: unknown): Texts =>
  Object.fromEntries(
    Object.entries((fields ?? {}) as Record<string, unknown>).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );

/** Somebody at their own page, and all that is needed to serve them. */
type Visitor = { readonly token: string; readonly session: PrivacySession; readonly shop: Shop; readonly locale: Locale };

/** `POST /v1/privacy/links`, and everything under `/privacy/`. */
export async function addCentreRoutes(app: App, deps: RouteDeps): Promise<void> {
  addLinkRoute(app, deps);
  await app.register(async (scope) => addPages(scope as App, deps));
}

function addLinkRoute(app: App, { house, checkKey, publicAddress }: RouteDeps): void {
  app.post(
    "/v1/privacy/links",
    {
      preHandler: checkKey("server"),
      schema: {
        tags: ["Privacy"],
        summary: "A link to a person's own page",
        description: "Opens once, for whoever has it: give it only to somebody who is signed in as that customer, or to that browser.",
        body: privacyLinkBody,
        response: { 200: privacyLinkReply, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { body, shop } = request;
      const names = personNameOf(body.customerId, body.anonymousId);
      requireUsableIds(names);
      const options = { ttlMinutes: body.ttlMinutes ?? null, locale: localeOf(body.locale), embedOrigins: body.embedOrigins ?? [] };
      const made = await house.privacyLinks.mint(shop.shopId, names, options);
      if (!made.ok) throw new ProblemError(made.problem);
      const url = `${ownAddress(request, publicAddress)}${base}/enter?${new URLSearchParams({ token: made.value.token })}`;
      reply.header("cache-control", "no-store");
      return { url, expiresAt: new Date(made.value.expiresAt).toISOString() };
    },
  );
}

async function addPages(app: App, { house, learning, publicAddress }: RouteDeps): Promise<void> {
  await app.register(fastifyCookie);
  await app.register(fastifyFormbody, { bodyLimit: 16_384 });
  const embedOrigins = embedOriginsInForce();
  const { privacyLinks, clock } = house;
  const misses = createLimitTries({ most: mostMisses, windowMs: minuteMs, clock });
  const changes = createLimitTries({ most: mostChanges, windowMs: minuteMs, clock });
  const hide = { schema: { hide: true } } as const;

  const localeFor = (request: FastifyRequest, session: Pick<PrivacySession, "locale"> | null): Locale =>
    localeOf(session?.locale) ?? localeOfBrowser(request.headers["accept-language"]);

  function sendPage(reply: FastifyReply, page: string, status = 200, framedBy: readonly string[] = []): FastifyReply {
    return reply
      .status(status)
      .headers(centreHeaders([...new Set([...embedOrigins, ...framedBy])]))
      .type("text/html; charset=utf-8")
      .send(page);
  }

  function sendWords(request: FastifyRequest, reply: FastifyReply, word: StandaloneWord, session: PrivacySession | null = null): FastifyReply {
    if (word === "busy") reply.header("retry-after", "60");
    return sendPage(reply, showWords(localeFor(request, session), word), statusOf[word], session?.embedOrigins ?? framesOfNobody(request));
  }

  /** In a shop's frame it must be possible to say that the session is over. There is nothing on that page to lay something over. */
  const framesOfNobody = ({ headers }: FastifyRequest) => (headers["sec-fetch-dest"] === "iframe" ? ["*"] : []);

  function sendDownload(reply: FastifyReply, { name, type, body }: Download): FastifyReply {
    return reply.headers(centreHeaders([])).header("content-disposition", `attachment; filename="${name}"`).type(type).send(body);
  }

  const seeOther = (reply: FastifyReply, to: string) => reply.headers(centreHeaders([])).status(303).header("location", to).send();

  function cookieFor(request: FastifyRequest, framedBy: readonly string[]) {
    const secure = publicAddress === null ? isSecure(request) : publicAddress.startsWith("https:");
    // In another site's frame a cookie is only sent when it says that it may be, which browsers believe over TLS alone.
    const isFramed = secure && embedOrigins.length + framedBy.length > 0;
    return { path: base, httpOnly: true, secure, sameSite: isFramed ? "none" : "lax", partitioned: isFramed } as const;
  }

  const shopOf = async (shopId: ShopId): Promise<Shop | null> => (await house.store.shops.list()).find((shop) => shop.shopId === shopId) ?? null;

  async function visitorOf(request: FastifyRequest): Promise<Visitor | null> {
    const token = request.cookies[sessionCookie];
    const session = await privacyLinks.session(token);
    const shop = session === null ? null : await shopOf(session.shopId);
    if (session === null || shop === null) return null;
    noteVisitor(request, { shopId: shop.shopId, names: namesOf(session) });
    if (gpcOf(request)) await honourGpc(house, shop.shopId, namesOf(session));
    return { token: token!, session, shop, locale: localeFor(request, session) };
  }

  const servicesFor = ({ shop, session, locale }: Visitor) =>
    centreServicesOf(house, shop, session, rankingPageOf(shop.name, locale), () => learning.poke());

  /** A form of this page, sent by somebody at this page: nobody else knows the token, and other sites' forms say where they are from. */
  function isOwnForm(request: FastifyRequest, { token }: Visitor, form: Texts): boolean {
    const expected = Buffer.from(privacyLinks.formToken(token));
    const given = Buffer.from(form.token ?? "");
    return isSameSite(request) && given.length === expected.length && timingSafeEqual(given, expected);
  }

  const isSameSite = ({ headers }: FastifyRequest) => ["same-origin", "none", undefined].includes(headers["sec-fetch-site"] as string | undefined);

  /** Whoever is forgotten has no session to say their language and whose frame they are in: the address says it. */
  const withoutSession = (to: string, { locale, session }: Visitor) =>
    `${to}?${new URLSearchParams([["lang", locale], ...session.embedOrigins.map((origin) => ["in", origin])])}`;

  for (const { path, file, type } of assets) {
    const body = readFileSync(fileURLToPath(new URL(file, assetsFolder)));
    app.get(path, hide, async (_request, reply) =>
      reply.headers({ "cache-control": "public, max-age=300", "x-content-type-options": "nosniff" }).type(type).send(body),
    );
  }

  app.get(`${base}/enter`, hide, async (request, reply) => {
    const { token = "" } = textsOf(request.query);
    const link = await privacyLinks.peek(token);
    const shop = link === null ? null : await shopOf(link.shopId);
    if (link === null || shop === null) return sendWords(request, reply, misses.take(request.ip) ? "gone" : "busy");
    return sendPage(reply, showEnter(localeOf(link.locale) ?? localeFor(request, null), shop.name, token), 200, link.embedOrigins);
  });

  app.post(`${base}/enter`, hide, async (request, reply) => {
    if (!isSameSite(request)) return sendWords(request, reply, "refused");
    const entered = await privacyLinks.enter(textsOf(request.body).token ?? textsOf(request.query).token ?? "");
    if (entered === null) return sendWords(request, reply, misses.take(request.ip) ? "gone" : "busy");
    noteVisitor(request, { shopId: entered.session.shopId, names: namesOf(entered.session) });
    await house.rights.verifyAll(entered.session.shopId, namesOf(entered.session));
    reply.setCookie(sessionCookie, entered.sessionToken, cookieFor(request, entered.session.embedOrigins));
    return seeOther(reply, `${base}/`);
  });

  app.get(base, hide, async (_request, reply) => seeOther(reply, `${base}/`));

  app.get(`${base}/receipt`, hide, async (request, reply) => {
    const visitor = await visitorOf(request);
    if (visitor === null) return sendWords(request, reply, "ended");
    const receipt = await servicesFor(visitor).receipt?.();
    return receipt == null ? sendWords(request, reply, "missing", visitor.session) : sendDownload(reply, receipt);
  });

  app.get(`${base}/copy/:kind`, hide, async (request, reply) => {
    const visitor = await visitorOf(request);
    if (visitor === null) return sendWords(request, reply, "ended");
    const { kind } = request.params as { kind: string };
    const { copy } = servicesFor(visitor);
    if (copy === undefined || (kind !== "json" && kind !== "html")) return sendWords(request, reply, "missing", visitor.session);
    if (!changes.take(visitor.session.digest)) return sendWords(request, reply, "busy", visitor.session);
    return sendDownload(reply, await copy(kind, visitor.locale));
  });

  app.get(`${base}/forgotten/:reference`, hide, async (request, reply) => {
    const { reference } = request.params as { reference: string };
    const found = await forgettingOf(house, reference);
    if (found === null) return sendWords(request, reply, misses.take(request.ip) ? "missing" : "busy");
    const { status, certificate, keysHref } = found;
    const isDone = certificate !== null;
    const forgetting = { state: isDone ? "done" : "running", doneAt: isDone ? status.updatedAt : null, keysHref: isDone ? keysHref : null } as const;
    const { lang, in: framedBy = [] } = request.query as { lang?: unknown; in?: string | string[] };
    const locale = localeOf(typeof lang === "string" ? lang : null) ?? localeFor(request, null);
    // Nothing can be done on this page, and whoever knows its address can read it anyway: the address may say who frames it.
    return sendPage(reply, showForgotten(locale, reference, forgetting), 200, parseEmbedOrigins([framedBy].flat()) ?? []);
  });

  app.get(`${base}/forgotten/:reference/certificate`, hide, async (request, reply) => {
    const { reference } = request.params as { reference: string };
    const found = await forgettingOf(house, reference);
    if (found === null || found.certificate === null) return sendWords(request, reply, misses.take(request.ip) ? "missing" : "busy");
    return sendDownload(reply, {
      name: "certificate.json",
      type: "application/json; charset=utf-8",
      body: JSON.stringify(found.certificate, null, 2),
    });
  });

  app.get(`${base}/*`, hide, async (request, reply) => {
    const visitor = await visitorOf(request);
    if (visitor === null) return sendWords(request, reply, "ended");
    const section = sectionOf(request.url.slice(base.length).split("?")[0]!);
    const { locale, token, session } = visitor;
    const visit = {
      services: servicesFor(visitor),
      locale,
      formToken: privacyLinks.formToken(token),
      gpc: gpcOf(request),
      query: textsOf(request.query),
    };
    const page = section === null ? null : await showSection(visit, section);
    return page === null ? sendWords(request, reply, "missing", session) : sendPage(reply, page, 200, session.embedOrigins);
  });

  app.post(`${base}/do/:action`, hide, async (request, reply) => {
    const visitor = await visitorOf(request);
    if (visitor === null) return sendWords(request, reply, "ended");
    const { session, locale } = visitor;
    const form = textsOf(request.body);
    if (!isOwnForm(request, visitor, form)) return sendWords(request, reply, "refused", session);
    if (!changes.take(session.digest)) return sendWords(request, reply, "busy", session);
    const { action } = request.params as { action: string };
    if (action === "leave") {
      await privacyLinks.leave(session);
      reply.clearCookie(sessionCookie, cookieFor(request, session.embedOrigins));
      return sendWords(request, reply, "left", session);
    }
    if (action === "language") {
      const chosen = localeOf(form.lang);
      if (chosen === null) return seeOther(reply, unchangedPath(null));
      await privacyLinks.setLocale(session, chosen);
      return seeOther(reply, afterLanguage(form.back));
    }
    try {
      const done = await act(servicesFor(visitor), action, form, { gpc: gpcOf(request), locale });
      if (done?.ends === true) reply.clearCookie(sessionCookie, cookieFor(request, session.embedOrigins));
      return seeOther(reply, done?.ends === true ? withoutSession(done.to, visitor) : (done?.to ?? unchangedPath(null)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return sendWords(request, reply, "failed", session);
    }
  });
}
