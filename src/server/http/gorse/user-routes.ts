import type { FastifyRequest } from "fastify";
import { type DecodedUser, decodeUser, decodeUserPatch, listOf, usableId } from "./decode-gorse.ts";
import { encodeUser, rowsAffected } from "./encode-gorse.ts";
import type { GorseDeps, GorseRoutes } from "./gorse-deps.ts";
import { notFound } from "./gorse-error.ts";
import { countOf, cursorOf, cursorTo } from "./query-fields.ts";

export const userIdOf = (request: FastifyRequest) => usableId((request.params as { readonly user: string }).user, "user id");

/** `/api/user`, `/api/users` */
export function addUserRoutes(route: GorseRoutes, { house, removeFeedback, learning }: GorseDeps): void {
  const { store, personIds } = house;

  async function put(request: FastifyRequest, users: readonly DecodedUser[]) {
    const { shopId } = request.shop;
    const rows = await Promise.all(
      users.map(async (user) => ({ ...user, personId: (await personIds.of(shopId, "customer", user.userId)).personId })),
    );
    await store.gorse.putUsers(shopId, rows);
    return rowsAffected(users.length);
  }

  async function find(request: FastifyRequest) {
    const userId = userIdOf(request);
    const { personId } = await personIds.of(request.shop.shopId, "customer", userId);
    const user = await store.gorse.user(request.shop.shopId, personId);
    if (user === null) throw notFound(`${userId}: user not found`);
    return user;
  }

  route("POST", "/user", async (request) => put(request, [decodeUser(request.body)]));
  route("POST", "/users", async (request) => put(request, listOf(request.body, "users").map(decodeUser)));
  route("GET", "/user/:user", async (request) => encodeUser(await find(request)));

  route("PATCH", "/user/:user", async (request) => {
    const { labels, comment } = decodeUserPatch(request.body);
    const user = await find(request);
    await store.gorse.putUsers(request.shop.shopId, [{ ...user, labels: labels ?? user.labels, comment: comment ?? user.comment }]);
    return rowsAffected(1);
  });

  route("DELETE", "/user/:user", async (request) => {
    const { personId } = await personIds.of(request.shop.shopId, "customer", userIdOf(request));
    await removeFeedback.user(request.shop.shopId, personId);
    learning.poke();
    return rowsAffected(1);
  });

  route("GET", "/users", async (request) => {
    const n = countOf(request);
    const rows = await store.gorse.users(request.shop.shopId, cursorOf(request, 1)?.[0] ?? null, n + 1);
    const page = rows.slice(0, n);
    return { Cursor: rows.length > n && n > 0 ? cursorTo([page.at(-1)!.userId]) : "", Users: page.map(encodeUser) };
  });
}
