import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { feedBroken } from "./feed-broken.ts";

/** Largest feed, in bytes of text: some ten million products. */
const maxTextBytes = 32 * 2 ** 30;
/** What is looked at to tell the encoding. */
const headBytes = 4096;

export type Bytes = AsyncIterable<Uint8Array>;

/**
 * The text of a feed, piece by piece. Gzip is told by its first bytes; the encoding by a byte order mark, else by what the XML
 * declaration says, else by `charset` (what the operator or the server said), else it is UTF-8. What is not valid in it becomes
 * U+FFFD, and the row it stands in is refused later.
 */
export async function* decodeText(bytes: Bytes, charset: string | null): AsyncGenerator<string> {
  const source = await withHead(bytes);
  const plain = isGzip(source.head) ? await withHead(gunzip(source.all)) : source;
  if (plain.head.length >= 4 && plain.head[0] === 0x50 && plain.head[1] === 0x4b && plain.head[2] === 3)
    throw feedBroken("it is a zip archive: unpack it, or compress it with gzip");
  const decoder = decoderOf(encodingOf(plain.head) ?? charset ?? "utf-8");
  let total = 0;
  for await (const part of plain.all) {
    total += part.length;
    if (total > maxTextBytes) throw feedBroken(`it is larger than ${maxTextBytes} bytes`);
    const text = decoder.decode(part, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

async function withHead(bytes: Bytes): Promise<{ readonly head: Buffer; readonly all: Bytes }> {
  const reader = bytes[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < headBytes && !ended) {
    const next = await reader.next();
    if (next.done === true) ended = true;
    else {
      parts.push(next.value);
      length += next.value.length;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* parts.splice(0);
      while (!ended) {
        const next = await reader.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await reader.return?.();
    }
  }
  return { head: Buffer.concat(parts).subarray(0, headBytes), all: all() };
}

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

async function* gunzip(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const unzipped = createGunzip();
  // The reader below is told of every failure, since a pipeline destroys its last part with it.
  pipeline(Readable.from(bytes), unzipped, () => {});
  try {
    for await (const part of unzipped) yield part as Uint8Array;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null)?.code ?? "";
    if (/^Z_|ERR_ZLIB/.test(code)) throw feedBroken("the gzip file breaks off or is damaged", error);
    throw error;
  }
}

function encodingOf(head: Buffer): string | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return "utf-8";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  // Two letters of ASCII in UTF-16: every other byte is zero.
  if (head.length >= 4 && head[1] === 0 && head[3] === 0 && head[0] !== 0) return "utf-16le";
  if (head.length >= 4 && head[0] === 0 && head[2] === 0 && head[1] !== 0) return "utf-16be";
  const said = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head.toString("latin1"))?.[1];
  // These bytes are plainly not in UTF-16, whatever the declaration says.
  return said === undefined || /^utf-?16/i.test(said) ? null : said;
}

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (error) {
    throw feedBroken(`its encoding ${encoding.slice(0, 40)} is not known; UTF-8 always is`, error);
  }
}
