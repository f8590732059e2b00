import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./public-address.ts";

const ipv4 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
const hexOf = (address: string) => {
  const [a, b, c, d] = address.split(".").map(Number) as [number, number, number, number];
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};

/** What the registries of special addresses say (RFC 6890 and its successors), written down a second time. */
const closedRanges: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
const numberOf = (address: string) => address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
const closedIpv4 = fc
  .constantFrom(...closedRanges)
  .chain(([base, bits]) => fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((offset) => ipv4(numberOf(base) + offset)));

describe("which addresses belong to the internet", () => {
  it("none of the special IPv4 ranges does", () => {
    fc.assert(fc.property(closedIpv4, (address) => !isPublicAddress(address)));
  });

  it("nor any IPv6 spelling that leads to one of them", () => {
    const spellings = (address: string) => [
      `::ffff:${address}`,
      `::ffff:${hexOf(address)}`,
      `0:0:0:0:0:ffff:${address}`,
      `::${address}`,
      `::ffff:0:${address}`,
      `64:ff9b::${hexOf(address)}`,
      `64:ff9b:1::${hexOf(address)}`,
      `2002:${hexOf(address)}::1`,
      `2001:0:${hexOf(address)}::1`,
      `2a00:1450::5efe:${hexOf(address)}`,
      `2a00:1450:0:0:200:5efe:${hexOf(address)}`,
    ];
    fc.assert(fc.property(closedIpv4, (address) => spellings(address).every((spelling) => !isPublicAddress(spelling))));
  });

  it("nor any IPv6 outside the part that has been given out", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const first = group.filter((value) => value >>> 13 !== 1 && value !== 0x64);
    fc.assert(
      fc.property(first, fc.array(group, { minLength: 7, maxLength: 7 }), (high, rest) => {
        const groups = [high, ...rest].map((value) => value.toString(16));
        // A mapped address is the IPv4 address inside, and may well be public.
        fc.pre(!(groups.slice(0, 5).every((value) => value === "0") && groups[5] === "ffff"));
        return !isPublicAddress(groups.join(":"));
      }),
    );
  });

  it.each(["::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1", "100::1"])(
    "%s does not",
    (address) => {
      expect(isPublicAddress(address)).toBe(false);
    },
  );

  it.each(["", "localhost", "0", "127.1", "0x7f000001", "017700000001", "1.2.3", "1.2.3.4.5", "01.2.3.4", "8.8.8.8 ", "[::1]", "8.8.8.8/32"])(
    "%j is no address at all",
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );

  it.each(["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808"])(
    "%s does",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it("never fails, whatever it is given", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), (text) => typeof isPublicAddress(text) === "boolean"));
  });
});
