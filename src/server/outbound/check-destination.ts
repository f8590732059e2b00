import { lookup as systemLookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ProblemError } from "#domain/problem.ts";
import { type OutboundAllow, plainHost } from "./outbound-allow.ts";
import { isPublicAddress, parseAddress } from "./public-address.ts";

export type ResolvedAddress = { readonly address: string; readonly family: number };
/** All addresses of a host name. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>;

export type DestinationRules = {
  readonly allow: OutboundAllow;
  readonly lookup?: Lookup;
  /** Ports that need no entry in the allow-list. */
  readonly ports?: readonly number[];
  /** Plain http goes only to hosts on the allow-list. */
  readonly requireHttps?: boolean;
};

/** A URL that may be called, and the addresses that were checked: nothing else may be connected to. */
export type Destination = { readonly url: URL; readonly host: string; readonly addresses: readonly ResolvedAddress[] };

export const defaultPorts: readonly number[] = [80, 443, 8080, 8443];
const maxUrlLength = 2048;

/** The system's resolver cannot be called off; what comes later is as good as no answer. */
const lookupLimitMs = 10_000;
const resolve: Lookup = (host) => Promise.race([systemLookup(host, { all: true, verbatim: true }), sleep(lookupLimitMs, [], { ref: false })]);
const refused = (detail: string) => new ProblemError({ code: "OUTBOUND_REFUSED", detail });

/** Reads an address to call. Throws ProblemError OUTBOUND_REFUSED with the reason. */
function parseUrl(text: string): URL {
  if (text.length > maxUrlLength) throw refused(`url is longer than ${maxUrlLength} characters`);
  const url = URL.parse(text);
  if (url === null) throw refused("url cannot be read");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refused("url is neither https nor http");
  if (url.username !== "" || url.password !== "") throw refused("url holds a user name or password");
  url.hash = "";
  return url;
}

/**
 * Where a URL leads, when it may be called at all. A name that cannot be resolved and a name inside the house get the
 * same answer: whoever may name a URL must not learn which hosts exist in the network that Rapport stands in.
 */
export async function checkDestination(text: string, { allow, lookup, ports, requireHttps }: DestinationRules): Promise<Destination> {
  const url = parseUrl(text);
  const host = plainHost(url.hostname);
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const literal = parseAddress(host);
  const found = literal === null ? await (lookup ?? resolve)(host).catch(() => []) : [{ address: host, family: literal.kind() === "ipv4" ? 4 : 6 }];
  const named = allow.name(host, port);
  const listed = named ? found : found.filter(({ address }) => allow.address(address, port));
  const addresses = listed.length > 0 ? listed : found.filter(({ address }) => isPublicAddress(address));
  if (addresses.length === 0) throw refused("host is not on the public internet, or does not exist");
  if (listed.length === 0) {
    if (!(ports ?? defaultPorts).includes(port)) throw refused(`port ${port}`);
    if (requireHttps === true && url.protocol !== "https:") throw refused("url is not https");
  }
  return { url, host, addresses };
}
