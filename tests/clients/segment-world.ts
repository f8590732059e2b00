import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { RecentEventsReply, ShopReply } from "#server/contract/console.ts";
import { type ApiClient, basic, bearer, createApiClient } from "../support/api-client.ts";
import { withMemoryProbe } from "../support/live-memory.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { tempFolder } from "../support/temp-folder.ts";

// A published client on one side, a running server on the other, and between them, where a test wants to see or to
// break something, a line of its own.

export type SegmentWorld = {
  readonly address: string;
  readonly writeKey: string;
  /** With the server key: to see what arrived. */
  readonly api: ApiClient;
  /** With the write key, as a page has it. */
  readonly pages: ApiClient;
  readonly server: RunningRapport;
  /** Names of the events that were stored, oldest first. */
  storedNames(): Promise<string[]>;
  countStored(): Promise<number>;
  close(): Promise<void>;
};

export async function openSegmentWorld(): Promise<SegmentWorld> {
  const folder = tempFolder("segment");
  const created = await runRapport(["shop", "create", "Segment", "--currency", "EUR", "--data", folder.path, "--json"]);
  const { writeKey, serverKey } = JSON.parse(created.stdout) as { writeKey: string; serverKey: string };
  const server = await serveRapport(["--data", folder.path], withMemoryProbe);
  const api = createApiClient(server.address, bearer(serverKey));
  return {
    address: server.address,
    writeKey,
    api,
    pages: createApiClient(server.address, basic(writeKey)),
    server,
    async storedNames() {
      const { body } = await api.get<RecentEventsReply>("/v1/events/recent?limit=500");
      return body.events
        .filter(({ kind }) => kind === "event")
        .map(({ name }) => name)
        .reverse();
    },
    countStored: async () => (await api.get<ShopReply>("/v1/shop")).body.events,
    async close() {
      await server.stop();
      folder.remove();
    },
  };
}

export type SeenRequest = { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer };
export type Line = {
  readonly address: string;
  readonly seen: SeenRequest[];
  /** The answers that the next requests get, instead of being passed on. */
  fail(...answers: { readonly status: number; readonly headers?: Record<string, string> }[]): void;
  close(): void;
};

/** A line to the server that writes down what passes, and breaks when it is told to. */
export async function openLine(to: string): Promise<Line> {
  const seen: SeenRequest[] = [];
  const failures: { status: number; headers?: Record<string, string> }[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const { method = "", url = "", headers } = incoming;
      seen.push({ method, path: url, headers, body });
      // What a browser asks beforehand always passes.
      const failure = method === "OPTIONS" ? undefined : failures.shift();
      if (failure !== undefined) return void outgoing.writeHead(failure.status, failure.headers).end();
      const passed = request(to + url, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    fail: (...answers) => void failures.push(...answers),
    close: () => void server.close().closeAllConnections(),
  };
}

/** The version of an installed package, for the name of its suite. */
export function versionOf(packageName: string): string {
  const file = new URL(`../../node_modules/${packageName}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The name of a client's suite, as `npm run test:clients` reads it. */
export const suiteOf = (packageName: string) => `${packageName} ${versionOf(packageName)}`;

/** What the usual consent managers call a yes to everything that concerns events. */
export const consented = { consent: { categoryPreferences: { Analytics: true, Advertising: true } } };
