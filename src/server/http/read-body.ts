import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from "node:zlib";
import { ProblemError } from "#domain/problem.ts";

/** How much of a body that is too large is still taken in, and thrown away, so that its sender gets to read the answer. */
const drainBytes = 8 * 1024 * 1024;

type Unpack = (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
const [unGzip, unZlib, unDeflate, unBrotli, unZstd] = [gunzip, inflate, inflateRaw, brotliDecompress, zstdDecompress].map((unpack) =>
  promisify(unpack as typeof gunzip),
) as unknown as readonly [Unpack, Unpack, Unpack, Unpack, Unpack];

const tooLarge = (limit: number) => new ProblemError({ code: "BATCH_TOO_LARGE", detail: `the body has more than ${Math.floor(limit / 1024)} KB` });
const notPacked = () => new ProblemError({ code: "BODY_NOT_JSON", detail: "the body is not compressed as it seems to be" });

function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    stream.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (received <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (received > limit + drainBytes) reject(tooLarge(limit));
    });
    stream.once("end", () => (received > limit ? reject(tooLarge(limit)) : resolve(Buffer.concat(chunks, received))));
    stream.once("error", () => reject(new ProblemError({ code: "BODY_NOT_JSON", detail: "the body broke off" })));
    // Every stream closes; only one that has not ended has broken off, and an error costs the walk up its stack.
    stream.once("close", () => {
      if (!stream.readableEnded) reject(new ProblemError({ code: "BODY_NOT_JSON", detail: "the body broke off" }));
    });
  });
}

/** How the bytes are packed. What they begin with counts; labels are believed only for what has no mark of its own. */
function unpackerOf(body: Buffer, contentEncoding: string): Unpack | null {
  const [first = 0, second = 0, third = 0, fourth = 0] = body;
  if (first === 0x1f && second === 0x8b) return unGzip;
  if ((first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0) return unZlib;
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return unZstd;
  // Some senders label everything and pack only what is long.
  if (/^\s*[[{"]/.test(body.subarray(0, 64).toString("latin1"))) return null;
  if (/\bbr\b/.test(contentEncoding)) return unBrotli;
  if (/\bdeflate\b/.test(contentEncoding)) return unDeflate;
  return null;
}

/**
 * A body as its sender wrote it, unpacked if it was packed. Never more than `limit` bytes either way: unpacking ends
 * where it would go beyond. Throws ProblemError BATCH_TOO_LARGE or BODY_NOT_JSON.
 */
export async function readBody(stream: Readable, contentEncoding: string, limit: number): Promise<Buffer> {
  const body = await collect(stream, limit);
  const unpack = unpackerOf(body, contentEncoding.toLowerCase());
  if (unpack === null) return body;
  try {
    return await unpack(body, { maxOutputLength: limit });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(limit) : notPacked();
  }
}
