import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Every IPv6 address that belongs to the internet begins so; the old forms that carry an IPv4 address inside do not. */
const globalUnicast: Range = ipaddr.parseCIDR("2000::/3");
/** How networks without IPv4 reach IPv4 hosts (RFC 6052): as good as the address inside. */
const nat64: Range = ipaddr.parseCIDR("64:ff9b::/96");
/** Looks public, and is a cloud's own service for the machines inside it. */
const publicInName = ["168.63.129.16/32"].map((range): Range => ipaddr.parseCIDR(range));

/** True when an address of a host is inside the range, whichever way the IPv4 address is written. */
export function isInside(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

/** The address itself: an IPv4 address inside an IPv6 one (`::ffff:127.0.0.1`) is that IPv4 address. Null when it is none. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  return isIP(text) === 0 ? null : ipaddr.process(text);
}

function isPublicIpv6(address: ipaddr.IPv6): boolean {
  if (isInside(address, nat64)) return isPublicIpv4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  if (!isInside(address, globalUnicast) || address.range() !== "unicast") return false;
  // ISATAP (RFC 5214): the last four bytes are an IPv4 address of the network behind it.
  const [isatapHigh, isatapLow] = address.parts.slice(4, 6);
  return !((isatapHigh === 0 || isatapHigh === 0x0200) && isatapLow === 0x5efe);
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === "unicast" && !publicInName.some((range) => isInside(address, range));
}

/**
 * May a stranger make us talk to this address? Only when it belongs to the public internet: not this machine, not the
 * network it stands in, not a cloud's metadata service, and nothing reserved. What cannot be read is not public.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  return address instanceof ipaddr.IPv6 ? isPublicIpv6(address) : isPublicIpv4(address);
}
