import type { FastifyRequest } from "fastify";
import { type Problem, ProblemError } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import { aliasBody, batchBody, groupBody, identifyBody, ingestReply, mergeBody, pageBody, trackBody } from "../contract/segment.ts";
import { type MessageType, messageTypes } from "./decode-segment.ts";
import { problemOf } from "./problem-of-error.ts";
import { addPreflight, allowAnyOrigin } from "./public-cors.ts";
import { readBody } from "./read-body.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import { createSegmentIntake, type SegmentIntake } from "./segment-intake.ts";
import { addPixelRoutes } from "./segment-pixel.ts";
import { addSegmentSettingsRoutes } from "./segment-settings.ts";

/** Segment takes 500 KB at a time, RudderStack 4000. */
const [segmentBytes, rudderBytes] = [500 * 1024, 4000 * 1024];
const tags = ["Events"];
const bodies = { track: trackBody, identify: identifyBody, page: pageBody, screen: pageBody, group: groupBody, alias: aliasBody } as const;
const batchPaths = ["/v1/batch", "/v1/b", "/batch", "/b", "/v1/import", "/import", "/beacon/v1/batch"] as const;
/** In the reference each call stands once; the other spellings are for the clients that use them. */
const described: ReadonlySet<string> = new Set(["/v1/batch", "/v1/import", "/beacon/v1/batch", ...messageTypes.map((type) => `/v1/${type}`)]);

/** By the path, or by a header that RudderStack's browser library sends with everything. */
function limitOf(request: FastifyRequest): number {
  const isRudder = /\/(import|merge|beacon\/v1\/batch)$/.test(request.routeOptions.url ?? "") || request.headers.anonymousid !== undefined;
  return isRudder ? rudderBytes : segmentBytes;
}

/** The Segment HTTP Tracking API under every path and in every wrapping its clients use; also RudderStack's. */
export function addTrackRoutes(app: App, deps: RouteDeps): void {
  // A room of its own: here bodies are read another way, and pages of any origin may write.
  void app.register(async (scope) => {
    const room = scope as App;
    readBodiesByContent(room);
    room.addHook("onRequest", allowAnyOrigin);
    countWhatNeverArrived(room, deps);
    const intake = createSegmentIntake(deps);
    addCallRoutes(room, deps, intake);
    addBatchRoutes(room, deps, intake);
    addPixelRoutes(room, deps, intake, ["track", "page"]);
    addSegmentSettingsRoutes(room, deps);
  });
}

/** Clients pack bodies and label them with anything: what the bytes begin with decides. */
function readBodiesByContent(room: App): void {
  const parseJson = room.getDefaultJsonParser("error", "error");
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  room.removeAllContentTypeParsers();
  room.addContentTypeParser("*", async (request: FastifyRequest, payload: FastifyRequest["raw"]) => {
    const body = await readBody(payload, request.headers["content-encoding"] ?? "", limitOf(request));
    let text: string;
    try {
      text = utf8.decode(body);
    } catch {
      throw new ProblemError({ code: "BODY_NOT_JSON", detail: "body is not UTF-8" });
    }
    return new Promise((resolve, reject) => {
      void parseJson(request, text, (error, parsed) => (error === null ? resolve(parsed) : reject(error)));
    });
  });
}

/** A request that was refused as a whole is counted too, and shown to the shop whose key it carried. */
function countWhatNeverArrived(room: App, { checkKey, house, measures, refusedEvents }: RouteDeps): void {
  const unread: ReadonlySet<Problem["code"]> = new Set([
    "BODY_NOT_JSON",
    "BODY_TOO_LARGE",
    "BATCH_TOO_LARGE",
    "REQUEST_INVALID",
    "KEY_MISSING",
    "KEY_UNKNOWN",
  ]);
  const shopOf = checkKey("write");
  room.addHook("onError", async (request, reply, error) => {
    const { code, detail } = problemOf(error);
    if (!unread.has(code)) return;
    measures.countEvent(code);
    try {
      await shopOf(request, reply);
    } catch {
      return;
    }
    refusedEvents.add(request.shop.shopId, { at: house.clock(), route: request.routeOptions.url ?? "", code, detail, eventName: null });
  });
}

function addCallRoutes(room: App, { checkKey }: RouteDeps, intake: SegmentIntake): void {
  for (const type of messageTypes) {
    const letter = type satisfies MessageType as string;
    for (const path of [`/v1/${type}`, `/v1/${letter[0]}`, `/${type}`, `/${letter[0]}`]) {
      room.post(
        path,
        {
          preHandler: checkKey("write"),
          schema: {
            hide: !described.has(path),
            tags,
            summary: `Segment ${type}`,
            body: bodies[type],
            response: { 200: ingestReply, ...errorReplies },
          },
        },
        async (request) => intake.one({ shop: request.shop, route: path }, request.body, type),
      );
      addPreflight(room, path);
    }
  }
  room.post(
    "/v1/merge",
    {
      preHandler: checkKey("write"),
      schema: { tags, summary: "RudderStack merge", body: mergeBody, response: { 200: ingestReply, ...errorReplies } },
    },
    async (request) => intake.one({ shop: request.shop, route: "/v1/merge" }, request.body, "merge"),
  );
  addPreflight(room, "/v1/merge");
}

function addBatchRoutes(room: App, { checkKey }: RouteDeps, intake: SegmentIntake): void {
  for (const path of batchPaths) {
    room.post(
      path,
      {
        preHandler: checkKey("write"),
        // Beacons cannot set headers.
        config: { keyInQuery: path === "/beacon/v1/batch" },
        schema: {
          hide: !described.has(path),
          tags,
          summary: "Many messages at once",
          description: "Each message stands for itself: what is wrong with one does not stop the others.",
          body: batchBody,
          response: { 200: ingestReply, ...errorReplies },
        },
      },
      async (request) => intake.many({ shop: request.shop, route: path }, request.body),
    );
    addPreflight(room, path);
  }
}
