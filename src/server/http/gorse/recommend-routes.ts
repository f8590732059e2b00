import type { FastifyRequest } from "fastify";
import type { CustomerId } from "#domain/ids.ts";
import { sessionSteps } from "#ingestion/gorse/session-steps.ts";
import { type ItemToItemName, itemToItemNames, nonPersonalizedNames, userToUserNames } from "#serving/gorse/answers.ts";
import { decodeFeedback, listOf, usableId } from "./decode-gorse.ts";
import { encodeScores } from "./encode-gorse.ts";
import type { GorseDeps, GorseHandler, GorseRoutes } from "./gorse-deps.ts";
import { notFound } from "./gorse-error.ts";
import { itemIdOf } from "./item-routes.ts";
import { durationMs, pageOf, queryText } from "./query-fields.ts";
import { userIdOf } from "./user-routes.ts";

const customerOf = (request: FastifyRequest) => userIdOf(request) as CustomerId;

/** Whose read items are left out; null where nobody is named. */
function readerOf(request: FastifyRequest): CustomerId | null {
  const userId = queryText(request, "user-id") ?? "";
  return userId === "" ? null : (usableId(userId, "user-id") as CustomerId);
}

function named<Name extends string>(request: FastifyRequest, names: readonly Name[]): Name {
  const { name } = request.params as { readonly name: string };
  const known = names.find((one) => one === name);
  if (known === undefined) throw notFound(`recommender not found; there are ${names.join(", ")}`);
  return known;
}

/** Everything that recommends, answered by the house's own models. */
export function addRecommendRoutes(route: GorseRoutes, { house, settings, answers, noteShown }: GorseDeps): void {
  const latest: GorseHandler = async (request) =>
    encodeScores(await answers.nonPersonalized(request.shop.shopId, "latest", pageOf(request), readerOf(request)));
  const popular: GorseHandler = async (request) =>
    encodeScores(await answers.nonPersonalized(request.shop.shopId, "popular", pageOf(request), readerOf(request)));
  const itemToItem = async (request: FastifyRequest, name: ItemToItemName) =>
    encodeScores(await answers.itemToItem(request.shop.shopId, name, itemIdOf(request), pageOf(request), readerOf(request)));
  const userToUser: GorseHandler = async (request) => {
    const found = await answers.userToUser(request.shop.shopId, customerOf(request), pageOf(request));
    return found.map(({ userId, score }) => ({ Id: userId, Score: score }));
  };

  const recommend: GorseHandler = async (request) => {
    const { shopId } = request.shop;
    const userId = customerOf(request);
    const page = pageOf(request);
    const feedbackType = queryText(request, "write-back-type") ?? "";
    const delayMs = durationMs(request, "write-back-delay");
    if (feedbackType !== "") usableId(feedbackType, "write-back-type");
    const items = await answers.recommend(shopId, userId, page);
    if (feedbackType !== "") await noteShown(shopId, { userId, itemIds: items.map(({ itemId }) => itemId), feedbackType, delayMs });
    return request.headers["x-api-version"] === "2" ? encodeScores(items) : items.map(({ itemId }) => itemId);
  };

  const session: GorseHandler = async (request) => {
    const steps = sessionSteps(listOf(request.body, "feedback").map(decodeFeedback), settings.kinds, house.clock());
    return encodeScores(await answers.session(request.shop.shopId, steps, pageOf(request)));
  };

  const collaborative: GorseHandler = async (request) =>
    encodeScores(await answers.collaborative(request.shop.shopId, customerOf(request), pageOf(request)));

  for (const category of ["", "/:category"]) {
    route("GET", `/latest${category}`, latest);
    route("GET", `/popular${category}`, popular);
    route("GET", `/recommend/:user${category}`, recommend);
    route("POST", `/session/recommend${category}`, session);
    route("GET", `/collaborative-filtering/:user${category}`, collaborative);
    route("GET", `/item/:item/neighbors${category}`, (request) => itemToItem(request, "neighbors"));
  }
  route("GET", "/non-personalized/:name", async (request) =>
    encodeScores(await answers.nonPersonalized(request.shop.shopId, named(request, nonPersonalizedNames), pageOf(request), readerOf(request))),
  );
  route("GET", "/item-to-item/:name/:item", (request) => itemToItem(request, named(request, itemToItemNames)));
  route("GET", "/user-to-user/:name/:user", async (request, reply) => {
    named(request, userToUserNames);
    return userToUser(request, reply);
  });
  route("GET", "/user/:user/neighbors", userToUser);
}
