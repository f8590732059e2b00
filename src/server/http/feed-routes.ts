import { errorReplies } from "../contract/errors.ts";
import { feedReplyOf, feedsReply } from "../contract/feeds.ts";
import type { App, RouteDeps } from "./route-deps.ts";

/** `GET /v1/feeds` */
export function addFeedRoutes(app: App, { house, checkKey }: RouteDeps): void {
  app.get(
    "/v1/feeds",
    {
      preHandler: checkKey("server"),
      schema: {
        tags: ["Items"],
        summary: "Product feeds",
        description: "Where items come from again and again, and what became of the last run of each: counts, reasons, first examples.",
        response: { 200: feedsReply, ...errorReplies },
      },
    },
    async (request) => ({ feeds: (await house.store.feeds.list(request.shop.shopId)).map(feedReplyOf) }),
  );
}
