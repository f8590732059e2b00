import { afterAll, beforeAll, expect, it } from "vitest";
import { openSqlite } from "#storage/sqlite/open-sqlite.ts";
import { testVault } from "#storage/testing/test-vault.ts";
import { type HeldHouse, openHeldHouse } from "../support/held-house.ts";

// How people prove who they are, and that nobody learns by it who is known.

let held: HeldHouse;
const known = "known@shop.example";
const json = { "content-type": "application/json" };
const ask = (body: unknown) => held.sendRaw({ method: "POST", path: "/v1/privacy/identify", headers: json, payload: JSON.stringify(body) });

async function waiting(): Promise<{ type: string; data: Record<string, string> }[]> {
  await held.house.identify.settled();
  const { store } = held.house;
  const found: { type: string; data: Record<string, string> }[] = [];
  for (const { endpointId } of await store.webhooks.list(held.shopId))
    for (const message of await store.webhooks.claim(endpointId, {
      now: held.now(),
      until: held.now() + 1,
      lease: `l-${Math.random()}`,
      limit: 100,
    })) {
      found.push(JSON.parse(message.body) as (typeof found)[number]);
      await store.webhooks.delivered(message, { at: held.now(), status: 200, error: null });
    }
  return found;
}

beforeAll(async () => {
  held = await openHeldHouse(() => openSqlite(":memory:", testVault()));
  await held.send("PUT", "/v1/consents", { customerId: "anna", purposes: { email: true, sms: true } });
  await held.send("PUT", "/v1/contacts", { customerId: "anna", email: known });
  await held.house.store.webhooks.add(
    {
      ...{ endpointId: "mailer", shopId: held.shopId, url: "https://mailer.shop.example/hook", types: ["privacy.link_requested"], secrets: [] },
      ...{ createdAt: held.now(), stopped: null, failingSince: null, lastSuccessAt: null, pausedUntil: 0, cursor: 0 as never },
    },
    5,
  );
}, 120_000);
afterAll(() => held?.close());

it("R40: the link goes to the shop's mailer and the address that is held, opens once, and never stands in an answer", async () => {
  const { status, text } = await ask({ shop: "Held", email: "  Known@Shop.example " });
  expect(status).toBe(202);
  const [told, ...more] = await waiting();
  expect(more).toEqual([]);
  expect(told).toMatchObject({ type: "privacy.link_requested", data: { customerId: "anna", channel: "email", to: known, url: null } });
  const token = new URLSearchParams(told!.data.path!.split("?")[1]).get("token")!;
  expect(text).not.toContain(token);
  const open = await held.send("POST", "/v1/rights-requests", { kind: "access", email: known });
  const { request } = JSON.parse(open.text) as { request: { id: string; verified: boolean } };
  expect(request.verified).toBe(false);
  const enter = () => held.sendRaw({ method: "POST", path: `/privacy/enter?token=${token}` });
  expect((await enter()).status).toBe(303);
  expect(JSON.parse((await held.send("GET", `/v1/rights-requests/${request.id}`)).text)).toMatchObject({
    verified: true,
    verifiedBy: "one-time link",
  });
  expect((await enter()).status).toBe(410);
});

it("R40: known and unknown, shop and none: the same bytes, and as fast", async () => {
  const times = new Map<string, number[]>([
    [known, []],
    ["nobody@shop.example", []],
  ]);
  const texts = new Set<string>();
  for (let round = 0; round < 60; round++)
    for (const email of round % 2 === 0 ? [...times.keys()] : [...times.keys()].reverse()) {
      // The network's limit is for others.
      held.pass(11 * 60_000);
      const startedAt = performance.now();
      const { status, text } = await ask({ shop: "Held", email });
      times.get(email)!.push(performance.now() - startedAt);
      texts.add(`${status} ${text}`);
      await held.house.identify.settled();
    }
  texts.add(await ask({ shop: "No such shop", email: known }).then(({ status, text }) => `${status} ${text}`));
  expect(texts.size).toBe(1);
  const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
  const [yes, no] = [...times.values()].map(median) as [number, number];
  expect(Math.max(yes, no) / Math.min(yes, no)).toBeLessThan(1.6);
}, 120_000);

it("R40: a host that a request names is in no link", async () => {
  held.pass(3_600_001);
  await waiting();
  await held.sendRaw({
    method: "POST",
    path: "/v1/privacy/identify",
    headers: { ...json, host: "evil.example", "x-forwarded-host": "evil.example" },
    payload: JSON.stringify({ shop: "Held", email: known }),
  });
  const told = await waiting();
  expect(told).toHaveLength(1);
  expect(JSON.stringify(told)).not.toContain("evil");
});

it("R40: three links an hour for one address, twenty questions for one network", async () => {
  held.pass(3_600_001);
  for (let times = 0; times < 6; times++) expect((await ask({ shop: "Held", email: known })).status).toBe(202);
  expect(await waiting()).toHaveLength(3);
  held.pass(3_600_001);
  const answers: number[] = [];
  for (let times = 0; times < 25; times++) answers.push((await ask({ shop: "Held", email: `x${times}@shop.example` })).status);
  expect(answers.filter((status) => status === 429)).toHaveLength(5);
});

it("refuses what is no address", async () => {
  held.pass(3_600_001);
  for (const body of [
    { shop: "Held" },
    { shop: "Held", email: "x" },
    { shop: "Held", email: known, phone: "+491511234567" },
    { shop: "Held", phone: "1" },
    { email: known },
    [],
  ])
    expect((await ask(body)).status).toBe(400);
});
