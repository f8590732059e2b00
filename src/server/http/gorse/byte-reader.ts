import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { badRequest } from "./gorse-error.ts";

/** Takes bytes off a stream in pieces of a wanted length, keeping no more than the piece and one chunk. */
export type ByteReader = {
  /** Null at the end of the stream; refuses a stream that ends in the middle of what is wanted. */
  take(length: number): Promise<Buffer | null>;
};

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** The bytes of the stream, unpacked where they are gzip. */
export async function* unpacked(source: Readable): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done === true) return;
  async function* all(): AsyncGenerator<Buffer> {
    yield first.value as Buffer;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  if (!first.value.subarray(0, 2).equals(gzipMagic)) return yield* all();
  const gunzip = createGunzip();
  const { pipeline } = await import("node:stream/promises");
  const piped = pipeline(all(), gunzip).catch(() => {});
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch {
    throw badRequest("the gzip stream is damaged");
  }
  await piped;
}

export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let heldLength = 0;
  return {
    async take(length) {
      while (heldLength < length) {
        const next = await chunks.next();
        if (next.done === true) {
          if (heldLength === 0) return null;
          throw badRequest("the dump ends in the middle of a message");
        }
        held.push(next.value);
        heldLength += next.value.length;
      }
      const all = held.length === 1 ? held[0]! : Buffer.concat(held);
      held = [all.subarray(length)];
      heldLength -= length;
      return all.subarray(0, length);
    },
  };
}
