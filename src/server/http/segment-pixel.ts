import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import { type Fields, isRecord } from "./decode-fields.ts";
import type { MessageType } from "./decode-segment.ts";
import type { App, RouteDeps } from "./route-deps.ts";
import type { SegmentIntake } from "./segment-intake.ts";

const emptyGif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** Fields of a message are a few levels deep; nobody writes more into an address. */
const maxLevels = 8;
const unsafe = new Set(["__proto__", "constructor", "prototype"]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value from an address; what looks like an object or a list is read as one. */
function readValue(text: string): unknown {
  const value = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  return value ?? text;
}

/** A message from the query of a pixel's address: `properties.product_id=…`, `properties={…}`, or `data=` with the whole of it in base64. */
export function messageOfQuery(query: Readonly<Record<string, string | string[]>>): Fields {
  const message: Record<string, unknown> = {};
  for (const [path, given] of Object.entries(query)) {
    const text = Array.isArray(given) ? given[0]! : given;
    const levels = path.split(".");
    if (levels.length > maxLevels || levels.some((level) => unsafe.has(level))) continue;
    if (path === "data") {
      const whole = parsed(Buffer.from(text, "base64").toString("utf8")) ?? parsed(text);
      if (isRecord(whole)) Object.assign(message, whole);
      continue;
    }
    let place = message;
    for (const level of levels.slice(0, -1)) {
      const next = Object.hasOwn(place, level) && isRecord(place[level]) ? { ...place[level] } : {};
      place[level] = next;
      place = next;
    }
    place[levels.at(-1)!] = readValue(text);
  }
  return message;
}

const query = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));

/** `GET /pixel/v1/…` (RudderStack) and `GET /v1/pixel/…` (Segment): a message in the address of an image. */
export function addPixelRoutes(app: App, { checkKey }: RouteDeps, intake: SegmentIntake, types: readonly MessageType[]): void {
  for (const type of types) {
    for (const path of [`/pixel/v1/${type}`, `/v1/pixel/${type}`]) {
      app.get(
        path,
        { preHandler: checkKey("write"), config: { keyInQuery: true }, schema: { hide: true, querystring: query } },
        async (request, reply) => {
          const message = messageOfQuery(request.query);
          const named = type === "page" && message.name === undefined ? { ...message, name: "page" } : message;
          try {
            await intake.one({ shop: request.shop, route: path }, named, type);
          } catch (error) {
            // Whoever asks for an image gets one; what was wrong is counted, and shown to the shop.
            if (!(error instanceof ProblemError) || error.problem.code === "OVERLOADED") throw error;
          }
          return reply.type("image/gif").header("cache-control", "no-store").send(emptyGif);
        },
      );
    }
  }
}
