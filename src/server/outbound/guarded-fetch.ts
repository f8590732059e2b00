import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { type Readable, Transform } from "node:stream";
import { ProblemError } from "#domain/problem.ts";
import { checkDestination, type Destination, type DestinationRules } from "./check-destination.ts";

export type OutboundRequest = {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
};

export type OutboundResponse = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where it came from in the end. */
  readonly url: string;
  /** Fails with ProblemError OUTBOUND_FAILED beyond the byte limit or the time limit. Read it, or call `discard`. */
  readonly body: Readable;
  text(): Promise<string>;
  /** Ends the exchange; nobody wants the rest. */
  discard(): void;
};

export type GuardedFetch = (url: string, init?: OutboundRequest) => Promise<OutboundResponse>;

export type OutboundLimits = {
  readonly maxBytes: number;
  /** For the whole exchange, the body included. */
  readonly timeoutMs: number;
  /** 0: an answer that redirects is handed back as it is. */
  readonly maxRedirects: number;
};

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const failed = (detail: string, cause?: unknown) => new ProblemError({ code: "OUTBOUND_FAILED", detail }, { cause });

/** Answers with the addresses that were checked, whatever the name resolves to by now. */
function pinned(addresses: Destination["addresses"]): LookupFunction {
  return (_host, options, done) => {
    if (options.all) return done(null, [...addresses]);
    return done(null, addresses[0]!.address, addresses[0]!.family);
  };
}

function failureOf(error: unknown, timeout: AbortSignal): ProblemError {
  if (error instanceof ProblemError) return error;
  if (timeout.aborted) return failed("no answer in time", error);
  // Codes only (ECONNREFUSED, CERT_HAS_EXPIRED): messages of the system quote addresses.
  return failed((error as NodeJS.ErrnoException | null)?.code ?? "connection broken", error);
}

/** One exchange with the addresses that were checked. No pooled connection: it may have been made for another answer of the DNS. */
function exchange({ url, host, addresses }: Destination, init: OutboundRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(
      {
        protocol: url.protocol,
        hostname: host,
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method: init.method ?? "GET",
        headers: { "user-agent": "Rapport", "accept-encoding": "identity", accept: "*/*", ...init.headers },
        lookup: pinned(addresses),
        agent: false,
        signal,
      },
      resolve,
    );
    request.on("error", reject);
    request.end(init.body);
  });
}

function limited(message: IncomingMessage, url: URL, maxBytes: number, timeout: AbortSignal): OutboundResponse {
  let bytes = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(failed(`answer is larger than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
  message.on("error", (error) => body.destroy(failureOf(error, timeout)));
  message.on("aborted", () => body.destroy(failureOf(null, timeout)));
  body.on("close", () => message.destroy());
  body.on("error", () => {});
  message.pipe(body);
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    url: url.href,
    body,
    async text() {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString("utf8");
    },
    discard: () => void body.destroy(),
  };
}

/** The next stop of a redirect. What was meant for one host only is not told to another. */
function redirected(from: URL, location: string, init: OutboundRequest): { to: string; init: OutboundRequest } {
  const to = URL.parse(location, from);
  if (to === null) throw failed("redirect to a place that cannot be read");
  if (from.protocol === "https:" && to.protocol === "http:")
    throw new ProblemError({ code: "OUTBOUND_REFUSED", detail: "redirect from https to http" });
  if (to.origin === from.origin) return { to: to.href, init };
  const headers = Object.entries(init.headers ?? {}).filter(([name]) => !/^(authorization|cookie|host|proxy-authorization)$/i.test(name));
  return { to: to.href, init: { ...init, headers: Object.fromEntries(headers) } };
}

/**
 * Calls URLs that somebody else has chosen. The host is resolved here, every address is checked, and the connection goes
 * to exactly what was checked; so at each redirect. Throws ProblemError OUTBOUND_REFUSED (may not be called) or
 * OUTBOUND_FAILED (no answer, too late, too large); neither names a resolved address.
 */
export function createGuardedFetch(options: DestinationRules & OutboundLimits): GuardedFetch {
  return async function guardedFetch(address, given = {}) {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const signal = given.signal === undefined ? timeout : AbortSignal.any([timeout, given.signal]);
    const inTime = <Value>(promise: Promise<Value>): Promise<Value> =>
      Promise.race([
        promise,
        new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(failed("no answer in time")), { once: true })),
      ]);
    let url = address;
    let init = given;
    for (let redirects = 0; ; redirects++) {
      // The system's resolver cannot be called off; its answer may come too late.
      const destination = await inTime(checkDestination(url, options));
      const message = await exchange(destination, init, signal).catch((error: unknown) => {
        throw failureOf(error, timeout);
      });
      const { location } = message.headers;
      const mayFollow = options.maxRedirects > 0 && (init.method === undefined || init.method === "GET" || init.method === "HEAD");
      if (!mayFollow || location === undefined || !redirectStatuses.has(message.statusCode ?? 0))
        return limited(message, destination.url, options.maxBytes, timeout);
      message.destroy();
      if (redirects >= options.maxRedirects) throw failed(`more than ${options.maxRedirects} redirects`);
      ({ to: url, init } = redirected(destination.url, location, init));
    }
  };
}
