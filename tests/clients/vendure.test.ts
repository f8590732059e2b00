import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, basic, bearer, createApiClient } from "../support/api-client.ts";
import { type RunningRapport, runRapport, serveRapport } from "../support/rapport-process.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// A real Vendure server with the plugin of integrations/vendure, and a customer who buys through its shop API.

const folder = fileURLToPath(new URL("./vendure/", import.meta.url));
const installed = existsSync(`${folder}node_modules/@vendure/core/package.json`);
const startLimitMs = 240_000;

type History = { readonly history: readonly { readonly type: string; readonly items: readonly { readonly id: string }[] }[] };
type Items = { readonly items: readonly { readonly id: string; readonly title: string; readonly stock: number | null; readonly price: number }[] };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Speaks GraphQL to the shop as a storefront does, and stays the same visitor. */
function createVisitor(address: string, path: "shop-api" | "admin-api") {
  let token: string | null = null;
  return async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(`${address}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(20_000),
    });
    token = response.headers.get("vendure-auth-token") ?? token;
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors).slice(0, 500));
    return data;
  };
}
type Ask = ReturnType<typeof createVisitor>;

async function signIn(ask: Ask, username: string, password: string): Promise<void> {
  await ask(`mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { __typename } }`, {
    username,
    password,
  });
}

async function buy(ask: Ask, variantId: string, quantity: number): Promise<{ id: string; code: string; state: string }> {
  await ask(`mutation ($id: ID!, $quantity: Int!) { addItemToOrder(productVariantId: $id, quantity: $quantity) { __typename } }`, {
    id: variantId,
    quantity,
  });
  await ask(
    `mutation { setOrderShippingAddress(input: { fullName: "A", streetLine1: "1 Street", city: "London", postalCode: "E1", countryCode: "GB" }) { __typename } }`,
  );
  const { eligibleShippingMethods } = await ask<{ eligibleShippingMethods: { id: string }[] }>(`{ eligibleShippingMethods { id } }`);
  await ask(`mutation ($id: [ID!]!) { setOrderShippingMethod(shippingMethodId: $id) { __typename } }`, { id: [eligibleShippingMethods[0]!.id] });
  await ask(`mutation { transitionOrderToState(state: "ArrangingPayment") { __typename } }`);
  const { addPaymentToOrder } = await ask<{ addPaymentToOrder: { id: string; code: string; state: string } }>(
    `mutation { addPaymentToOrder(input: { method: "promise", metadata: {} }) { __typename ... on Order { id code state } } }`,
  );
  return addPaymentToOrder;
}

describe.skipIf(!installed)(`Vendure${installed ? "" : " (skipped: npm ci --prefix tests/clients/vendure)"}`, () => {
  let [data, rapport, shop, port]: [TempFolder, RunningRapport, ChildProcess, number] = [] as never;
  let [api, pages, admin, visitor]: [ApiClient, ApiClient, Ask, Ask] = [] as never;
  let [shopAddress, customerId, email]: [string, string, string] = ["", "", ""];
  let variants: Record<string, string> = {};

  const itemsNow = async () => (await api.get<Items>("/v1/items")).body.items;
  const historyNow = async () => {
    const { status, body } = await api.get<History>(`/v1/customers/${customerId}`);
    return status === 200 ? body.history.map(({ type, items }) => ({ type, items: items.map(({ id }) => id) })) : [];
  };
  const serve = () => serveRapport(["--data", data.path, "--port", String(port)]);

  beforeAll(async () => {
    data = tempFolder("vendure");
    const created = await runRapport(["shop", "create", "Vendure", "--currency", "USD", "--data", data.path, "--json"]);
    const { serverKey, writeKey } = JSON.parse(created.stdout) as { serverKey: string; writeKey: string };
    port = await freePort();
    rapport = await serve();
    api = createApiClient(rapport.address, bearer(serverKey));
    pages = createApiClient(rapport.address, basic(writeKey));
    shop = fork(`${folder}serve-shop.mjs`, [String(await freePort()), data.path, rapport.address, serverKey], {
      silent: true,
      // Where it keeps a number of its own installation.
      cwd: data.path,
    });
    let said = "";
    for (const stream of [shop.stdout!, shop.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    shopAddress = await new Promise((resolve, reject) => {
      shop.once("message", (message) => resolve((message as { listening: string }).listening));
      shop.once("exit", (code) => reject(new Error(`the shop ended with ${code}: ${said.slice(-2000)}`)));
    });
    admin = createVisitor(shopAddress, "admin-api");
    await signIn(admin, "superadmin", "superadmin");
    const { customers } = await admin<{ customers: { items: { id: string; emailAddress: string }[] } }>(
      `{ customers { items { id emailAddress } } }`,
    );
    ({ id: customerId, emailAddress: email } = customers.items[0]!);
    visitor = createVisitor(shopAddress, "shop-api");
    const { products } = await visitor<{ products: { items: { variants: { id: string; sku: string }[] }[] } }>(
      `{ products { items { variants { id sku } } } }`,
    );
    variants = Object.fromEntries(products.items.flatMap((product) => product.variants.map(({ id, sku }) => [sku, id])));
  }, startLimitMs);

  afterAll(async () => {
    if (shop !== undefined && shop.exitCode === null) {
      const ended = once(shop, "exit");
      shop.kill("SIGKILL");
      await ended;
    }
    await rapport?.stop();
    data?.remove();
  }, 30_000);

  it("its products are in the catalogue, under the ids that its shop API shows", async () => {
    const items = await waitUntil("the catalogue", async () => {
      const now = await itemsNow();
      return now.length >= 4 ? now : null;
    });
    const byTitle = new Map(items.map((item) => [item.title, item]));
    expect([...byTitle.keys()].sort()).toEqual(["Blue mug", "Brass lamp", "Door mat", "Tea pot"]);
    expect(byTitle.get("Brass lamp")).toMatchObject({
      id: "T_1",
      price: 96,
      currency: "USD",
      stock: 15,
      categories: ["Lamps"],
      brand: "Brass & Co",
      description: "Warm light & a heavy foot.",
      source: "shop",
    });
    expect(byTitle.get("Blue mug")!.stock).toBeNull();
  }, 40_000);

  it("an order placed through its shop API arrives; so does the basket before it, because the customer allows it", async () => {
    await pages.put("/v1/consents", { customerId, purposes: { personalize: true, learn: true, measure: true }, how: "banner" });
    await signIn(visitor, email, "test");
    const order = await buy(visitor, variants["MUG-B"]!, 3);
    expect(order.state).toBe("PaymentSettled");
    const history = await waitUntil("the order", async () => {
      const now = await historyNow();
      return now.some(({ type }) => type === "purchase") ? now : null;
    });
    expect(history.map(({ type, items }) => [type, ...items]).sort()).toEqual([
      ["cart-add", "T_2"],
      ["purchase", "T_2"],
    ]);
    expect(JSON.stringify(history)).not.toContain(email);
  }, 40_000);

  it("a recommendation shows a product of the shop, and what was bought is popular", async () => {
    const shown = await waitUntil("a recommendation", async () => {
      const { body } = await api.post<{ items: { id: string }[] }>("/v1/recommendations", { surface: "popular", n: 5 });
      return body.items.some(({ id }) => id === "T_2") ? body.items : null;
    });
    expect(shown[0]!.id).toBe("T_2");
  }, 40_000);

  it("a product that changes or goes is changed or gone here", async () => {
    await admin(`mutation { updateProduct(input: { id: "T_3", translations: [{ languageCode: en, name: "Iron tea pot" }] }) { id } }`);
    await waitUntil("the new name", async () => ((await itemsNow()).some(({ title }) => title === "Iron tea pot") ? true : null));
    await admin(`mutation { deleteProduct(id: "T_4") { result } }`);
    await waitUntil("the product to go", async () => {
      const { body } = await api.get<{ available: boolean }>("/v1/items/T_4");
      return body.available ? null : true;
    });
  }, 40_000);

  it("while Rapport is away the shop sells on, and tells when it is back; a cancelled order is taken back", async () => {
    await rapport.stop();
    const start = performance.now();
    const order = await buy(visitor, variants["LAMP-S"]!, 1);
    expect(order.state).toBe("PaymentSettled");
    expect(performance.now() - start).toBeLessThan(10_000);
    rapport = await serve();
    await waitUntil(
      "the order",
      async () => ((await historyNow()).some(({ type, items }) => type === "purchase" && items.includes("T_1")) ? true : null),
      40_000,
    );
    await admin(`mutation ($id: ID!) { cancelOrder(input: { orderId: $id, reason: "changed their mind", cancelShipping: true }) { __typename } }`, {
      id: order.id,
    });
    await waitUntil("the order to go", async () =>
      (await historyNow()).some(({ type, items }) => type === "purchase" && items.includes("T_1")) ? null : true,
    );
  }, 120_000);
});
