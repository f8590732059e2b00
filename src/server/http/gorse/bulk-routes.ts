import { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { fineTimeOf } from "#ingestion/gorse/fine-time.ts";
import { toGorseItem } from "#ingestion/gorse/item.ts";
import type { FineTime } from "#storage/ports/gorse-store.ts";
import type { GorseDumpStats } from "../../contract/gorse.ts";
import { createByteReader, unpacked } from "./byte-reader.ts";
import { decodeFeedback, decodeItem, decodeUser } from "./decode-gorse.ts";
import {
  decodeFeedbackMessage,
  decodeItemMessage,
  decodeUserMessage,
  encodeFeedbackMessage,
  encodeItemMessage,
  encodeUserMessage,
  frame,
  framed,
  streamMarkers,
} from "./dump-codec.ts";
import { encodeFeedback, encodeItem, encodeUser, rowsAffected } from "./encode-gorse.ts";
import { allFeedback, allItems, allUsers } from "./export-pages.ts";
import { type GorseDeps, routesOf } from "./gorse-deps.ts";
import { badRequest, GorseError } from "./gorse-error.ts";
import { importSinks, type Sink } from "./import-sink.ts";
import { readJsonLines } from "./json-lines.ts";

const kinds = ["users", "items", "feedback"] as const;
type Kind = (typeof kinds)[number];

/** A message of a dump that says it is longer is damaged. */
const longestMessage = 64 * 1024 * 1024;
const maxFileBytes = 8 * 1024 ** 3;

/** `/api/bulk/*`, `/api/dump` and `/api/restore`: everything in and out, a piece at a time. */
export async function addBulkRoutes(scope: FastifyInstance, deps: GorseDeps): Promise<void> {
  const { house, learning } = deps;
  const { store } = house;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  await scope.register(multipart, { limits: { fileSize: maxFileBytes, files: 1 }, throwFileSizeLimit: true });
  const route = routesOf(scope);

  async function* linesOf(kind: Kind, request: FastifyRequest): AsyncGenerator<string> {
    const { shopId } = request.shop;
    if (kind === "users") for await (const user of allUsers(store, shopId)) yield `${JSON.stringify(encodeUser(user))}\n`;
    if (kind === "items") for await (const item of allItems(store, shopId)) yield `${JSON.stringify(encodeItem(item))}\n`;
    if (kind === "feedback") for await (const row of allFeedback(store, shopId)) yield `${JSON.stringify(encodeFeedback(row))}\n`;
  }

  function download(reply: FastifyReply, name: string, type: string, parts: AsyncGenerator<string | Buffer>) {
    void reply.header("content-type", type).header("content-disposition", `attachment; filename="${name}"`);
    return Readable.from(parts, { objectMode: false });
  }

  /** The uploaded file, or the body itself. */
  async function bodyOf(request: FastifyRequest): Promise<AsyncIterable<Buffer>> {
    if (!request.isMultipart()) return unpacked((request.body as Readable | undefined) ?? Readable.from([]));
    const file = await request.file();
    if (file === undefined) throw badRequest("http: no such file");
    return unpacked(file.file);
  }

  async function importLines<Value>(request: FastifyRequest, decode: (value: unknown) => Value, sink: Sink<Value>): Promise<number> {
    let stored = 0;
    for await (const { line, value } of readJsonLines(await bodyOf(request))) {
      try {
        stored += await sink.add(decode(value));
      } catch (error) {
        throw error instanceof GorseError ? new GorseError(error.status, `${error.message} at line ${line}`) : error;
      }
    }
    return stored + (await sink.flush());
  }

  for (const kind of kinds) {
    route("GET", `/bulk/${kind}`, async (request, reply) => download(reply, `${kind}.jsonl`, "application/jsonl", linesOf(kind, request)));
    route("POST", `/bulk/${kind}`, async (request) => {
      const sinks = importSinks(deps, request.shop.shopId);
      const stored =
        kind === "users"
          ? await importLines(request, decodeUser, sinks.users)
          : kind === "items"
            ? await importLines(request, decodeItem, sinks.items)
            : await importLines(request, decodeFeedback, sinks.feedback);
      learning.poke();
      return rowsAffected(stored);
    });
  }

  async function* dumpOf(request: FastifyRequest): AsyncGenerator<Buffer> {
    const { shopId } = request.shop;
    yield frame(streamMarkers.users);
    for await (const user of allUsers(store, shopId)) yield framed(encodeUserMessage(user));
    yield frame(streamMarkers.items);
    for await (const item of allItems(store, shopId)) yield framed(encodeItemMessage(toGorseItem(item)));
    yield frame(streamMarkers.feedback);
    for await (const row of allFeedback(store, shopId)) yield framed(encodeFeedbackMessage(row));
    yield frame(streamMarkers.end);
  }

  route("GET", "/dump", async (request, reply) => download(reply, "dump.bin", "application/octet-stream", dumpOf(request)));

  route("POST", "/restore", async (request): Promise<GorseDumpStats> => {
    const startedAt = house.clock();
    const reader = createByteReader(await bodyOf(request));
    const sinks = importSinks(deps, request.shop.shopId);
    const timed = <Value extends { readonly at: FineTime }>(value: Value, at: FineTime): Value => ({
      ...value,
      at: at === null ? null : fineTimeOf(at.ms, at.nanos)!,
    });
    const counts = { Users: 0, Items: 0, Feedback: 0 };
    const takers: Readonly<Record<string, (bytes: Buffer) => Promise<unknown>>> = {
      [String(streamMarkers.users)]: (bytes) => {
        counts.Users++;
        return sinks.users.add(decodeUser(decodeUserMessage(bytes)));
      },
      [String(streamMarkers.items)]: (bytes) => {
        const { json, at } = decodeItemMessage(bytes);
        counts.Items++;
        return sinks.items.add(timed(decodeItem(json), at));
      },
      [String(streamMarkers.feedback)]: (bytes) => {
        const { json, at } = decodeFeedbackMessage(bytes);
        counts.Feedback++;
        return sinks.feedback.add(timed(decodeFeedback(json), at));
      },
    };
    let take: ((bytes: Buffer) => Promise<unknown>) | undefined;
    for (;;) {
      const head = await reader.take(8);
      // An empty body is an empty dump; one that ends without saying so may have lost its end.
      if (head === null && take !== undefined) throw badRequest("the dump has no end");
      const number = head?.readBigInt64LE() ?? streamMarkers.end;
      if (number === streamMarkers.end) break;
      if (number < 0n) {
        take = takers[String(number)];
        if (take === undefined) throw badRequest(`unknown flag ${number}`);
        continue;
      }
      if (take === undefined) throw badRequest(`unknown flag ${number}`);
      if (number > longestMessage) throw badRequest(`a message of ${number} bytes`);
      const message = await reader.take(Number(number));
      if (message === null) throw badRequest("the dump ends in the middle of a message");
      await take(message);
    }
    for (const sink of [sinks.users, sinks.items, sinks.feedback]) await sink.flush();
    learning.poke();
    return { ...counts, Duration: (house.clock() - startedAt) * 1_000_000 };
  });
}
