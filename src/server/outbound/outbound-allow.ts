import ipaddr from "ipaddr.js";
import { ProblemError } from "#domain/problem.ts";
import { isInside, parseAddress } from "./public-address.ts";

type Entry =
  | { readonly kind: "name"; readonly name: string; readonly port: number | null }
  | { readonly kind: "range"; readonly range: readonly [ipaddr.IPv4 | ipaddr.IPv6, number]; readonly port: number | null };

/** What the operator allows beyond the public internet. */
export type OutboundAllow = {
  /** The host was named, so wherever it resolves to is meant. */
  name(host: string, port: number): boolean;
  address(address: string, port: number): boolean;
};

const optionName = "RAPPORT_OUTBOUND_ALLOW";

/** A host as a URL would have it: small letters, IDN in ASCII, IPv4 in four decimal parts, no dot at the end. */
export function plainHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

function parseEntry(text: string): Entry {
  const bad = () => new ProblemError({ code: "OPTION_INVALID", detail: `${optionName}: ${text.slice(0, 100)}` });
  if (text.includes("/")) {
    if (!ipaddr.isValidCIDR(text)) throw bad();
    return { kind: "range", range: ipaddr.parseCIDR(text), port: null };
  }
  const bare = parseAddress(text);
  const url = URL.parse(`http://${bare?.kind() === "ipv6" && text.includes(":") ? `[${text}]` : text}`);
  if (url === null || url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") throw bad();
  // The URL parser drops ":80", which is the default of http; here it was said, so it is meant.
  const said = /:(\d+)$/.exec(bare === null ? text : "");
  const port = said === null ? null : Number(said[1]);
  const host = plainHost(url.hostname);
  if (host === "") throw bad();
  const address = parseAddress(host);
  if (address === null) return { kind: "name", name: host, port };
  return { kind: "range", range: [address, address.kind() === "ipv4" ? 32 : 128], port };
}

/** Reads `host`, `host:port`, an address with or without port, or a range such as `10.0.0.0/8`; separated by commas. */
export function parseOutboundAllow(text: string | undefined): OutboundAllow {
  const parts = (text ?? "").split(",").map((part) => part.trim());
  const entries = parts.filter((part) => part !== "").map(parseEntry);
  const fits = (entry: Entry, port: number) => entry.port === null || entry.port === port;
  return {
    name: (host, port) => entries.some((entry) => entry.kind === "name" && entry.name === host && fits(entry, port)),
    address(text, port) {
      const address = parseAddress(text);
      return address !== null && entries.some((entry) => entry.kind === "range" && isInside(address, entry.range) && fits(entry, port));
    },
  };
}

export const allowNothing: OutboundAllow = { name: () => false, address: () => false };
