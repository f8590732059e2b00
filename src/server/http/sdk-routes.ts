import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { App } from "./route-deps.ts";

const sdkFolder = fileURLToPath(new URL("../../../dist/sdk/", import.meta.url));
const files = [
  { name: "rapport.js", type: "text/javascript; charset=utf-8" },
  { name: "rapport.global.js", type: "text/javascript; charset=utf-8" },
  { name: "rapport.d.ts", type: "text/plain; charset=utf-8" },
] as const;

/** Fresh for an hour; for a day more an old one is used while the new one is fetched. */
const cacheControl = "public, max-age=3600, stale-while-revalidate=86400";

type Encoding = "br" | "gzip" | "identity";

/** The smallest that the client takes; what it refuses by `;q=0` it does not get. */
function encodingOf(accepted: string | undefined): Encoding {
  const taken = new Set(
    (accepted ?? "").split(",").flatMap((part) => {
      const [name = "", ...params] = part.split(";").map((text) => text.trim().toLowerCase());
      return params.some((param) => /^q=0(\.0*)?$/.test(param)) ? [] : [name];
    }),
  );
  return (["br", "gzip"] as const).find((encoding) => taken.has(encoding)) ?? "identity";
}

function prepare(path: string) {
  const identity = readFileSync(path);
  const tag = createHash("sha256").update(identity).digest("base64url").slice(0, 20);
  return { tag, bodies: { identity, gzip: gzipSync(identity, { level: 9 }), br: brotliCompressSync(identity) } };
}

/** `GET /sdk/rapport.js`, `/sdk/rapport.global.js`, `/sdk/rapport.d.ts`: the browser SDK, for pages of any origin. */
export function addSdkRoutes(app: App): void {
  for (const { name, type } of files) {
    // Built by `npm run build:sdk`; without it there is nothing at these addresses.
    if (!existsSync(sdkFolder + name)) continue;
    const { tag, bodies } = prepare(sdkFolder + name);
    app.get(`/sdk/${name}`, { schema: { hide: true } }, async (request, reply) => {
      const encoding = encodingOf(request.headers["accept-encoding"]);
      const etag = `"${tag}-${encoding}"`;
      reply.headers({
        etag,
        vary: "accept-encoding",
        "cache-control": cacheControl,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
      });
      // A proxy may have compressed it on the way and weakened the tag; the content is the same.
      const known = (request.headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
      if (known.includes("*") || known.some((one) => one.startsWith(`"${tag}-`))) return reply.status(304).send();
      if (encoding !== "identity") reply.header("content-encoding", encoding);
      return reply.type(type).send(bodies[encoding]);
    });
  }
}
