import { type ApiClient, basic, bearer, createApiClient } from "./api-client.ts";
import { type Environment, type RunningRapport, runRapport, serveRapport } from "./rapport-process.ts";
import { tasteItems, tasteOrders } from "./two-tastes.ts";

/** A receiver of webhooks that these servers may call and that never answers. */
export const nobodyListens = "https://127.0.0.1:9/told";

type Keys = { readonly shop: string; readonly writeKey: string; readonly serverKey: string };

/** An installation as an outside program meets it: a server process, two shops, their keys. */
export type ApiWorld = {
  readonly keys: Keys;
  readonly otherKeys: Keys;
  /** With the server key of the first shop. */
  readonly api: ApiClient;
  /** With its write key, which is public. */
  readonly pages: ApiClient;
  /** With the server key of the second shop. */
  readonly other: ApiClient;
  readonly keyless: ApiClient;
  readonly address: string;
  readonly server: RunningRapport;
};

export type Installation = { readonly dataFolder: string; readonly environment: Environment };

async function createShop({ dataFolder, environment }: Installation, name: string): Promise<Keys> {
  const created = await runRapport(["shop", "create", name, "--currency", "EUR", "--data", dataFolder, "--json"], environment);
  if (created.code !== 0) throw new Error(`shop create ended with ${created.code}: ${created.stdout}${created.stderr}`);
  return JSON.parse(created.stdout) as Keys;
}

async function serve(installation: Installation, keys: Keys, otherKeys: Keys): Promise<ApiWorld> {
  const server = await serveRapport(["--data", installation.dataFolder], {
    ...installation.environment,
    RAPPORT_OUTBOUND_ALLOW: new URL(nobodyListens).host,
  });
  return {
    keys,
    otherKeys,
    server,
    address: server.address,
    api: createApiClient(server.address, bearer(keys.serverKey)),
    pages: createApiClient(server.address, basic(keys.writeKey)),
    other: createApiClient(server.address, bearer(otherKeys.serverKey)),
    keyless: createApiClient(server.address, null),
  };
}

/** Makes two shops with the command line and serves them. */
export async function openApiWorld(installation: Installation): Promise<ApiWorld> {
  const keys = await createShop(installation, "Two Tastes");
  const otherKeys = await createShop(installation, "Next Door");
  return serve(installation, keys, otherKeys);
}

/** Stops the server as an operator would, and starts it on what it left behind. */
export async function restartApiWorld(installation: Installation, world: ApiWorld): Promise<ApiWorld> {
  const code = await world.server.stop();
  if (code !== 0) throw new Error(`the server ended with code ${code}: ${world.server.output()}`);
  return serve(installation, world.keys, world.otherKeys);
}

export const allPurposes = { personalize: true, learn: true, measure: true } as const;

/** The catalogue of two tastes, and its customers' consents and orders, through the API. */
export async function fillWithTwoTastes({ api, pages }: ApiWorld): Promise<{ orders: number; accepted: number }> {
  await api.put("/v1/items", { items: tasteItems });
  const orders = tasteOrders(Date.now());
  for (const customerId of new Set(orders.map((order) => order.customerId)))
    await pages.put("/v1/consents", { customerId, purposes: allPurposes, notice: "v1", how: "banner" });
  const reply = await pages.post<{ accepted: number }>("/v1/batch", { batch: orders.map(({ message }) => message) });
  return { orders: orders.length, accepted: reply.body.accepted };
}
