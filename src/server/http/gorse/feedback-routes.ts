import type { FastifyRequest } from "fastify";
import type { ItemId, PersonId } from "#domain/ids.ts";
import type { FeedbackMode } from "#ingestion/gorse/feedback.ts";
import type { GorseFeedbackFilter, GorseFeedbackKey } from "#storage/ports/gorse-store.ts";
import { decodeFeedback, listOf, usableId } from "./decode-gorse.ts";
import { encodeFeedback, rowsAffected } from "./encode-gorse.ts";
import type { GorseDeps, GorseRoutes } from "./gorse-deps.ts";
import { badRequest } from "./gorse-error.ts";
import { itemIdOf } from "./item-routes.ts";
import { countOf, cursorOf, cursorTo } from "./query-fields.ts";
import { userIdOf } from "./user-routes.ts";

/** How far Gorse's clocks may differ: feedback of so far ahead has happened. */
const clockErrorMs = 5_000;

type TypeExpression = { readonly name: string; readonly holds: (value: number) => boolean };

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "==": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** A feedback type, or a type and what its value must be: `rating>=4`. */
function typeOf(request: FastifyRequest): TypeExpression {
  const { type } = request.params as { readonly type: string };
  const [, name, sign, bound] = /^([^<>=]+)(<=|>=|==|<|>|=)(-?\d+(?:\.\d+)?)$/.exec(type) ?? [];
  if (name === undefined) return { name: usableId(type, "feedback type"), holds: () => true };
  return { name: usableId(name.trim(), "feedback type"), holds: (value) => comparisons[sign!]!(value, Number(bound)) };
}

/** `/api/feedback` and what users and items have of it. */
export function addFeedbackRoutes(route: GorseRoutes, { house, storeFeedback, removeFeedback, learning }: GorseDeps): void {
  const { store, personIds } = house;
  /** As in Gorse, lists leave out what lies in the future; what is asked for by its item is shown whenever it is. */
  const until = () => house.clock() + clockErrorMs;

  async function put(request: FastifyRequest, mode: FeedbackMode) {
    const { shopId } = request.shop;
    const stored = await storeFeedback(shopId, listOf(request.body, "feedback").map(decodeFeedback), mode);
    house.snapshots.expire(shopId);
    if (stored > 0) learning.poke();
    return rowsAffected(stored);
  }

  async function personOf(request: FastifyRequest): Promise<PersonId> {
    return (await personIds.of(request.shop.shopId, "customer", userIdOf(request))).personId;
  }

  async function list(request: FastifyRequest, filter: GorseFeedbackFilter, type: TypeExpression | null = null) {
    const narrowed = type === null ? filter : { ...filter, feedbackTypes: [type.name] };
    const rows = await store.gorse.feedback(request.shop.shopId, narrowed);
    return rows.filter(({ value }) => type === null || type.holds(value)).map(encodeFeedback);
  }

  async function page(request: FastifyRequest, feedbackTypes?: readonly string[]) {
    const n = countOf(request);
    const [feedbackType, userId, itemId] = cursorOf(request, 3) ?? [];
    const after = feedbackType === undefined ? null : ({ feedbackType, userId: userId!, itemId: itemId as ItemId } satisfies GorseFeedbackKey);
    const filter = { until: until(), ...(feedbackTypes !== undefined && { feedbackTypes }) };
    const rows = await store.gorse.feedback(request.shop.shopId, filter, { after, limit: n + 1 });
    const shown = rows.slice(0, n);
    const last = shown.at(-1);
    const cursor = rows.length > n && last !== undefined ? cursorTo([last.feedbackType, last.userId, last.itemId]) : "";
    return { Cursor: cursor, Feedback: shown.map(encodeFeedback) };
  }

  async function remove(request: FastifyRequest, filter: GorseFeedbackFilter) {
    const removed = await removeFeedback.matching(request.shop.shopId, filter);
    if (removed > 0) learning.poke();
    return rowsAffected(removed);
  }

  route("POST", "/feedback", (request) => put(request, "accumulate"));
  route("PUT", "/feedback", (request) => put(request, "overwrite"));
  route("GET", "/feedback", (request) => page(request));
  route("GET", "/feedback/:type", (request) => page(request, [typeOf(request).name]));

  route("GET", "/feedback/:user/:item", async (request) => list(request, { personId: await personOf(request), itemId: itemIdOf(request) }));
  route("DELETE", "/feedback/:user/:item", async (request) => remove(request, { personId: await personOf(request), itemId: itemIdOf(request) }));

  route("GET", "/feedback/:type/:user/:item", async (request) => {
    const found = await list(request, { personId: await personOf(request), itemId: itemIdOf(request) }, typeOf(request));
    return found[0] ?? {};
  });
  route("DELETE", "/feedback/:type/:user/:item", async (request) => {
    const { name } = typeOf(request);
    if (name !== (request.params as { readonly type: string }).type) throw badRequest("feedback-type: a plain name is expected");
    return remove(request, { personId: await personOf(request), itemId: itemIdOf(request), feedbackTypes: [name] });
  });

  route("GET", "/user/:user/feedback", async (request) => list(request, { personId: await personOf(request), until: until() }));
  route("GET", "/user/:user/feedback/:type", async (request) =>
    list(request, { personId: await personOf(request), until: until() }, typeOf(request)),
  );
  route("GET", "/item/:item/feedback", async (request) => list(request, { itemId: itemIdOf(request) }));
  route("GET", "/item/:item/feedback/:type", async (request) => list(request, { itemId: itemIdOf(request) }, typeOf(request)));
}
