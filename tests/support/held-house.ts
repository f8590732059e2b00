import { randomUUID } from "node:crypto";
import type { ShopId } from "#domain/ids.ts";
import { furnish, type House } from "#server/compose.ts";
import { buildApp } from "#server/http/build-app.ts";
import { createShop, type ShopKeys } from "#server/shop-keys.ts";
import type { Store } from "#storage/ports.ts";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";

export type Answered = { readonly status: number; readonly text: string };
export type RawRequest = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
};

/** A house whose time stands still until it is moved and which learns when it is told to: answers can be compared to the byte. */
export type HeldHouse = {
  readonly house: House;
  readonly shopId: ShopId;
  readonly keys: ShopKeys;
  now(): number;
  /** Lets time pass, so that what is remembered for a moment is looked up again. */
  pass(ms: number): void;
  /** A request through the whole HTTP server, without a socket. */
  send(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<Answered>;
  /** The same, byte by byte and with nothing added. */
  sendRaw(request: RawRequest): Promise<Answered>;
  close(): Promise<void>;
};

export async function openHeldHouse(openStore: () => Promise<Store> = () => openSqlite(":memory:")): Promise<HeldHouse> {
  let now = Date.UTC(2026, 4, 20, 12);
  const house = furnish(await openStore(), () => now, randomUUID);
  const created = await createShop(house.store.shops, { name: "Held", currency: "EUR" }, house);
  if (!created.ok) throw new Error(created.problem.detail);
  const { shop, ...keys } = created.value;
  const learning = { poke: () => {}, running: () => true, lag: async () => 0 };
  const app = await buildApp({ house, learning, demo: null, logLevel: "silent" });
  async function sendRaw({ method, path, headers, payload }: RawRequest): Promise<Answered> {
    const reply = await app.inject({ method, url: path, headers: { ...headers }, ...(payload === undefined ? {} : { payload }) });
    return { status: reply.statusCode, text: reply.payload };
  }
  return {
    house,
    shopId: shop.shopId,
    keys,
    now: () => now,
    pass(ms) {
      now += ms;
    },
    send(method, path, body) {
      const headers = { authorization: `Bearer ${keys.serverKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
      return sendRaw({ method, path, headers, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });
    },
    sendRaw,
    async close() {
      await app.close();
      await house.store.close();
    },
  };
}
