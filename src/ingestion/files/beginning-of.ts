import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** The file's bytes in order, unpacked when it is gzipped; whoever stops reading closes it. */
export async function* bytesOf(file: { readonly path: string; readonly gzipped: boolean }): AsyncGenerator<Buffer> {
  const stored = createReadStream(file.path, { highWaterMark: 1 << 18 });
  if (!file.gzipped) {
    yield* stored as AsyncIterable<Buffer>;
    return;
  }
  const unpacked = createGunzip({ chunkSize: 1 << 18 });
  stored.on("error", (error) => unpacked.destroy(error));
  try {
    yield* stored.pipe(unpacked) as AsyncIterable<Buffer>;
  } finally {
    stored.destroy();
  }
}

/** The first bytes, unpacked. */
export async function firstBytes(file: { readonly path: string; readonly gzipped: boolean }, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytesOf(file)) {
    parts.push(part);
    length += part.length;
    if (length >= count) break;
  }
  return Buffer.concat(parts).subarray(0, count);
}

/** The beginning of a UTF-8 file as text. */
export async function beginningOf(file: { readonly path: string; readonly gzipped: boolean }, bytes: number): Promise<string> {
  return new TextDecoder().decode(await firstBytes(file, bytes), { stream: true });
}
