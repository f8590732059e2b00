import type { App } from "#server/http/route-deps.ts";

const depthOf = (line: string) => Math.max(line.indexOf("├── "), line.indexOf("└── ")) / 4;
const answered: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** Every route of a server, "GET /v1/items/:id", as the server itself knows them; each once, with or without a slash at its end. */
export function routesOf(app: App): string[] {
  const above: string[] = [];
  const routes = new Set<string>();
  for (const line of app.printRoutes({ commonPrefix: false }).split("\n")) {
    const [, piece, methods] = /── (\S*)(?: \(([^)]*)\))?/.exec(line) ?? [];
    if (piece === undefined) continue;
    const depth = depthOf(line);
    above.length = depth;
    // What a star stands for begins behind a slash, which is not printed.
    above[depth] = piece === "*" && !above.join("").endsWith("/") ? "/*" : piece;
    const path = above.join("").replace(/^\/\//, "/");
    for (const method of (methods ?? "").split(", "))
      if (answered.has(method)) routes.add(`${method} ${path.length > 1 ? path.replace(/\/$/, "") : path}`);
  }
  return [...routes].sort();
}
