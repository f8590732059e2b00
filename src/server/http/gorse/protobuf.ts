import { badRequest } from "./gorse-error.ts";

// As much of the protobuf encoding as Gorse's dump needs: varints, eight-byte numbers and byte strings.

/** A varint is a bigint, an eight-byte number a number, everything else its bytes. Four-byte numbers do not occur and are passed over. */
export type Field = { readonly number: number; readonly value: bigint | number | Buffer };

const wire = { varint: 0, eightBytes: 1, bytes: 2, fourBytes: 5 } as const;

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

const tag = (number: number, type: number) => varint(BigInt((number << 3) | type));

/** What is zero or empty is left out, as proto3 does. */
export const varintField = (number: number, value: bigint): Buffer =>
  value === 0n ? Buffer.alloc(0) : Buffer.concat([tag(number, wire.varint), varint(value)]);

export const flagField = (number: number, value: boolean): Buffer => varintField(number, value ? 1n : 0n);

export function doubleField(number: number, value: number): Buffer {
  if (value === 0) return Buffer.alloc(0);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(number, wire.eightBytes), bytes]);
}

export const bytesField = (number: number, bytes: Buffer): Buffer => Buffer.concat([tag(number, wire.bytes), varint(BigInt(bytes.length)), bytes]);

export const textField = (number: number, text: string): Buffer => (text === "" ? Buffer.alloc(0) : bytesField(number, Buffer.from(text)));

/** A varint of a signed 64-bit number as that number. */
export const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

/** All fields of a message, in order. Refuses what is cut off or no protobuf. */
export function readFields(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const broken = () => badRequest("a message of the dump is damaged");

  function readVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw broken();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw broken();
  }

  function take(length: number): Buffer {
    if (length > bytes.length - at) throw broken();
    const taken = bytes.subarray(at, at + length);
    at += length;
    return taken;
  }

  while (at < bytes.length) {
    const key = readVarint();
    const number = Number(key >> 3n);
    if (number === 0) throw broken();
    switch (Number(key & 7n)) {
      case wire.varint:
        fields.push({ number, value: readVarint() });
        break;
      case wire.eightBytes:
        fields.push({ number, value: take(8).readDoubleLE() });
        break;
      case wire.bytes:
        fields.push({ number, value: take(Number(readVarint())) });
        break;
      case wire.fourBytes:
        take(4);
        break;
      default:
        throw broken();
    }
  }
  return fields;
}
