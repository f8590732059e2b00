import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import { connectionToWire, putConnection } from "../connections.ts";
import { connectionReply, connectionsReply, platform, putConnectionBody } from "../contract/connections.ts";
import { errorReplies } from "../contract/errors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Shops"];
const success = Type.Object({ success: Type.Boolean() });

/** `GET /v1/connections`, `PUT` and `DELETE /v1/connections/:platform` */
export function addConnectionRoutes(app: App, { house, checkKey }: RouteDeps): void {
  const preHandler = checkKey("server");

  app.get(
    "/v1/connections",
    { preHandler, schema: { tags, summary: "The platforms that call this shop", response: { 200: connectionsReply, ...errorReplies } } },
    async ({ shop }) => ({ connections: (await house.store.connections.list(shop.shopId)).map((one) => connectionToWire(shop, one)) }),
  );

  app.put(
    "/v1/connections/:platform",
    {
      preHandler,
      schema: {
        tags,
        summary: "Connect a platform, or change the connection",
        params: Type.Object({ platform }),
        body: putConnectionBody,
        response: { 200: connectionReply, ...errorReplies },
      },
    },
    async ({ shop, body, params }) => {
      const put = await putConnection(house, shop, {
        platform: params.platform,
        secret: body.secret,
        itemId: body.itemId ?? "product",
        consent: body.consent ?? [],
        notice: body.notice ?? null,
      });
      if (!put.ok) throw new ProblemError(put.problem);
      return connectionToWire(shop, put.value);
    },
  );

  app.delete(
    "/v1/connections/:platform",
    {
      preHandler,
      schema: {
        tags,
        summary: "Take no more from a platform; what it brought in stays",
        params: Type.Object({ platform }),
        response: { 200: success, ...errorReplies },
      },
    },
    async ({ shop, params }) => {
      if (!(await house.store.connections.remove(shop.shopId, params.platform)))
        throw new ProblemError({ code: "CONNECTION_UNKNOWN", detail: params.platform });
      return { success: true };
    },
  );
}
