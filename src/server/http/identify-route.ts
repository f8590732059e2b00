import { localeOf } from "#centre/locales.ts";
import { orThrow } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import { identifyBody, identifyReply } from "../contract/rights.ts";
import { addPreflight, allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Privacy"];
const always = {
  success: true,
  message: "If this shop knows somebody under that address, a link to their own page is on its way there. It opens once.",
};

/** `POST /v1/privacy/identify`: a link to one's own page, answered alike for everybody. */
export function addIdentifyRoute(app: App, { house, publicAddress }: RouteDeps): void {
  app.post(
    "/v1/privacy/identify",
    {
      onRequest: allowAnyOrigin,
      schema: {
        tags,
        summary: "Send me a link to my own page",
        description:
          'No key. The answer is the same for everybody, known or not, and is given before anything is looked up. Whoever is known is sent a one-time link by the shop\'s own mailer (webhook "privacy.link_requested").',
        security: [],
        body: identifyBody,
        response: { 202: identifyReply, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { shop, email = null, phone = null, country = null, locale = null } = request.body;
      reply.header("cache-control", "no-store");
      orThrow(house.identify.ask({ shop, email, phone, country, locale: localeOf(locale), from: request.ip, address: publicAddress }));
      return reply.status(202).send(always);
    },
  );
  addPreflight(app, "/v1/privacy/identify");
}
