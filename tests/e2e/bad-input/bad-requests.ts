import { type BadCase, canary, wrongField } from "./case.ts";

const wrongNames = [{}, [], true, 1.5, "", "x".repeat(10_000)];
const tenKb = "x".repeat(10_000);

const ask = ["POST", "/v1/recommendations"] as const;
const question = { surface: "popular", customerId: canary };
const questions: readonly BadCase[] = [
  ...wrongField(ask, question, "surface", [undefined, null, 5, {}, ["popular"]], "REQUEST_INVALID"),
  ...wrongField(ask, question, "surface", ["", "POPULAR", "for you", "__proto__", "constructor", "toString"], "SURFACE_UNKNOWN"),
  ...wrongField(ask, question, "n", [0, -1, 101, 10_000, 2 ** 53, -1e9], "N_OUT_OF_RANGE"),
  ...wrongField(ask, question, "n", [1.5, "5", null, [], {}, true], "REQUEST_INVALID"),
  ...wrongField(ask, question, "customerId", wrongNames, "REQUEST_INVALID"),
  ...wrongField(ask, question, "anonymousId", wrongNames, "REQUEST_INVALID"),
  ...wrongField(ask, question, "customerId", ["a\u0000b", "line\nbreak", "   ", "\ud800"], "ID_INVALID"),
  ...wrongField(ask, question, "sessionId", ["a\u0000b"], "ID_INVALID"),
  ...wrongField(ask, question, "sessionId", [{}, tenKb, 1.5], "REQUEST_INVALID"),
  ...wrongField(ask, question, "item", [{}, [], true, 1.5, "", tenKb], "REQUEST_INVALID"),
  ...wrongField(ask, question, "items", ["mug", {}, [null], [{}], Array(101).fill("mug")], "REQUEST_INVALID"),
  ...wrongField(ask, question, "basket", ["mug", {}, [null], [[]], Array(501).fill("mug")], "REQUEST_INVALID"),
  ...wrongField(ask, question, "context", [null, "Mugs", [], { category: 5 }, { category: tenKb }], "REQUEST_INVALID"),
  ...wrongField(ask, question, "explain", ["long", 1, null, {}], "REQUEST_INVALID"),
  ...wrongField(ask, question, "preview", ["yes", 1, null], "REQUEST_INVALID"),
  ...["similar", "bought-together", "complete-basket"].flatMap((surface): BadCase[] => [
    { title: `${surface} without anything to go by`, method: ask[0], path: ask[1], body: { ...question, surface }, code: "ITEM_REQUIRED" },
    {
      title: `${surface} of what does not exist`,
      method: ask[0],
      path: ask[1],
      body: { ...question, surface, item: "no-such-item", basket: ["no-such-item"] },
      code: "ITEM_UNKNOWN",
    },
  ]),
  { title: "an endless n", method: ask[0], path: ask[1], raw: '{"surface":"popular","n":1e999}', code: ["REQUEST_INVALID", "N_OUT_OF_RANGE"] },
];

const consent = ["PUT", "/v1/consents"] as const;
const decision = { customerId: canary, purposes: { personalize: true } };
const notRead = ["REQUEST_INVALID", "CONSENT_INVALID"] as const;
const consents: readonly BadCase[] = [
  ...wrongField(
    consent,
    decision,
    "purposes",
    [undefined, null, "all", true, [], [true], { personalize: "true" }, { personalize: 1 }, { learn: null }],
    notRead,
  ),
  ...wrongField(
    consent,
    decision,
    "purposes",
    [{}, { marketing: true }, { personalize: true, everything: true }, { Personalize: true }],
    "CONSENT_INVALID",
  ),
  ...wrongField(consent, decision, "customerId", wrongNames, "REQUEST_INVALID"),
  ...wrongField(consent, decision, "customerId", [undefined, null], "PERSON_MISSING"),
  ...wrongField(consent, decision, "customerId", [`${canary}\u0000`, "\u007f", "\t", " ", "\udfff"], "ID_INVALID"),
  ...wrongField(consent, decision, "notice", [5, {}, tenKb], "REQUEST_INVALID"),
  ...wrongField(consent, decision, "how", [5, {}, tenKb], "REQUEST_INVALID"),
  { title: "consents of nobody", method: "GET", path: "/v1/consents", code: "PERSON_MISSING" },
  { title: "consents of an id of control characters", method: "GET", path: "/v1/consents?customerId=%00%01", code: "ID_INVALID" },
  { title: "consents of an id of 10 KB", method: "GET", path: `/v1/consents?customerId=${tenKb}`, code: ["ID_INVALID", "REQUEST_INVALID"] },
];

const outcomes = ["POST", "/v1/outcomes"] as const;
const outcome = { customerId: "allowed", recommendationId: "unknown-recommendation", item: "mug", outcome: "clicked" };
const results: readonly BadCase[] = [
  ...wrongField(outcomes, outcome, "recommendationId", [undefined, null, 5, "", {}, tenKb], "REQUEST_INVALID"),
  ...wrongField(outcomes, outcome, "item", [undefined, null, {}, "", tenKb], "REQUEST_INVALID"),
  ...wrongField(outcomes, outcome, "outcome", [undefined, "loved", "", 1, "__proto__"], "REQUEST_INVALID"),
  ...wrongField(outcomes, outcome, "quantity", [0, -1, "2", null], "REQUEST_INVALID"),
  ...wrongField(outcomes, outcome, "price", [-1, "2", null], "REQUEST_INVALID"),
  ...wrongField(outcomes, outcome, "orderId", [5, "", tenKb], "REQUEST_INVALID"),
  ...wrongField(outcomes, outcome, "timestamp", ["yesterday", "", "2026-13-45"], "EVENT_TIME_INVALID"),
  ...wrongField(outcomes, outcome, "timestamp", ["1970-01-01T00:00:00Z"], "EVENT_TIME_PAST"),
  ...wrongField(outcomes, outcome, "timestamp", ["2027-06-01T00:00:00Z"], "EVENT_TIME_FUTURE"),
  ...wrongField(outcomes, outcome, "customerId", [undefined, null], "RECOMMENDATION_UNKNOWN"),
  ...wrongField(outcomes, outcome, "item", ["a\u0000b", "\ud800"], "ID_INVALID"),
  ...wrongField(outcomes, outcome, "orderId", ["a\u0000b"], "ID_INVALID"),
];

const reads: readonly BadCase[] = [
  ...["limit=0", "limit=501", "limit=-1", "limit=ten", "limit=1.5", "limit=", "limit=1&limit=2", `q=${"x".repeat(201)}`].map(
    (query): BadCase => ({ title: `items by ${query.slice(0, 20)}`, method: "GET", path: `/v1/items?${query}`, code: "REQUEST_INVALID" }),
  ),
  ...[
    "/v1/events/recent?limit=0",
    "/v1/events/recent?limit=501",
    "/v1/customers?limit=x",
    "/v1/reports/earned?days=0",
    "/v1/reports/earned?days=4000",
  ].map((path): BadCase => ({ title: path, method: "GET", path, code: "REQUEST_INVALID" })),
  { title: "an item that does not exist", method: "GET", path: "/v1/items/no-such-item", code: "ITEM_UNKNOWN" },
  { title: "a customer who does not exist", method: "GET", path: `/v1/customers/${canary}`, code: "CUSTOMER_UNKNOWN" },
  { title: "a customer of control characters", method: "GET", path: "/v1/customers/%00%0a", code: ["CUSTOMER_UNKNOWN", "ID_INVALID"] },
  { title: "a customer of 1000 characters", method: "GET", path: `/v1/customers/${"x".repeat(1000)}`, code: ["CUSTOMER_UNKNOWN", "ID_INVALID"] },
  { title: "a customer of 10 KB", method: "GET", path: `/v1/customers/${tenKb}`, code: ["CUSTOMER_UNKNOWN", "ID_INVALID", "ROUTE_UNKNOWN"] },
  {
    title: "a path that is not properly encoded",
    method: "GET",
    path: `/v1/customers/%E0%A4%A-${canary}`,
    code: ["ROUTE_UNKNOWN", "REQUEST_INVALID", "ID_INVALID"],
  },
];

const routes: readonly BadCase[] = (
  [
    ["GET", "/v1/track"],
    ["GET", "/v1/recommendations"],
    ["POST", "/v1/items"],
    ["POST", "/v1/consents"],
    ["PUT", "/v1/batch"],
    ["DELETE", "/v1/items/mug"],
    ["PATCH", "/v1/items"],
    ["GET", "/v1"],
    ["GET", `/v1/people/${canary}`],
    ["GET", "/V1/items"],
    ["GET", "/v2/items"],
    ["GET", "/../etc/passwd"],
    ["GET", "/console/../../package.json"],
    ["POST", "/__proto__"],
    ["GET", "/docs/static/../../package.json"],
  ] as const
).map(([method, path]) => ({ title: `${method} ${path}`, method, path, ...(method === "GET" ? {} : { body: {} }), code: "ROUTE_UNKNOWN" }));

export const badRequests: readonly BadCase[] = [...questions, ...consents, ...results, ...reads, ...routes];
