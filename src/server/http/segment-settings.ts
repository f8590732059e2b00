import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import { errorReplies } from "../contract/errors.ts";
import { addPreflight } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

/** Where the browser has to send its events: the configured address, else the one it has just asked. */
function addressOf(request: FastifyRequest, publicAddress: string | null): { readonly protocol: string; readonly host: string } {
  if (publicAddress !== null) {
    const { protocol, host, pathname } = new URL(publicAddress);
    return { protocol: protocol.slice(0, -1), host: host + pathname.replace(/\/$/, "") };
  }
  // Before us may stand what ends TLS. It can say so; it cannot send a browser to another host.
  const secure = request.protocol === "https" || /^https\b/i.test(String(request.headers["x-forwarded-proto"] ?? ""));
  return { protocol: secure ? "https" : "http", host: request.host };
}

function segmentSettings(writeKey: string, protocol: string, host: string) {
  const everything = { __default: { enabled: true, integrations: {} } };
  const apiHost = `${host}/v1`;
  return {
    integrations: {
      "Segment.io": {
        apiKey: writeKey,
        apiHost,
        protocol,
        addBundledMetadata: false,
        unbundledIntegrations: [],
        maybeBundledConfigIds: {},
        retryQueue: true,
        versionSettings: { version: "4.4.7", componentTypes: ["browser"] },
      },
    },
    plan: { track: everything, identify: { __default: { enabled: true } }, group: { __default: { enabled: true } } },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    // The library would report about itself, and of no use to anybody here.
    metrics: { sampleRate: 0, host: apiHost, protocol },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  };
}

function rudderSettings(writeKey: string, shopId: string, shopName: string, dataplaneUrl: string) {
  const unchanged = "1970-01-01T00:00:00.000Z";
  return {
    source: {
      id: shopId,
      name: shopName,
      writeKey,
      enabled: true,
      workspaceId: shopId,
      connections: [],
      destinations: [],
      config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
      dataplanes: {},
      updatedAt: unchanged,
    },
    dataPlaneUrl: dataplaneUrl,
    updatedAt: unchanged,
  };
}

const loose = Type.Record(Type.String(), Type.Unknown());
const publicRoute = { config: { keyInQuery: true } } as const;

/** What the browser libraries fetch before they send anything, and where they tell how they are. */
export function addSegmentSettingsRoutes(app: App, { checkKey, publicAddress }: RouteDeps): void {
  app.get(
    "/v1/projects/:writeKey/settings",
    {
      ...publicRoute,
      preHandler: checkKey("write"),
      schema: {
        tags: ["Events"],
        summary: "Settings of Segment's browser library",
        params: Type.Object({ writeKey: Type.String() }),
        response: { 200: loose, ...errorReplies },
      },
    },
    async (request, reply) => {
      const { protocol, host } = addressOf(request, publicAddress);
      return reply.header("cache-control", "no-cache").send(segmentSettings(request.params.writeKey, protocol, host));
    },
  );
  for (const path of ["/sourceConfig", "/sourceConfig/"])
    app.get(path, { ...publicRoute, preHandler: checkKey("write"), schema: { hide: true, response: { 200: loose } } }, async (request, reply) => {
      const { protocol, host } = addressOf(request, publicAddress);
      const { writeKey = "" } = request.query as { writeKey?: string };
      const { shopId, name } = request.shop;
      return reply.header("cache-control", "no-cache").send(rudderSettings(writeKey, shopId, name, `${protocol}://${host}`));
    });
  for (const path of ["/v1/projects/:writeKey/settings", "/sourceConfig", "/sourceConfig/"]) addPreflight(app, path);

  for (const path of ["/v1/m", "/m"]) {
    app.post(path, { schema: { hide: true } }, async () => ({ success: true }));
    addPreflight(app, path);
  }
  app.get("/analytics.js/v1/:writeKey/*", { schema: { hide: true } }, async () => {
    throw new ProblemError({
      code: "ROUTE_UNKNOWN",
      detail: "the library itself is not served here: bundle @segment/analytics-next, and point its cdnURL here",
    });
  });
}
