import { type BadCase, wrongField } from "./case.ts";

const add = ["POST", "/v1/webhooks"] as const;
// A public address that is written out, so that nothing is looked up: only the field in question is wrong.
const webhook = { url: "https://93.184.216.34/hook", types: ["consent.changed"] };

/** What a stranger tries when they may name an address that the server then calls. */
const inside = [
  "http://127.0.0.1/",
  "https://127.0.0.1:8088/v1/items",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://0/",
  "https://0.0.0.0/",
  "https://127.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0177.0.0.1/",
  "https://１２７.０.０.１/",
  "https://[::]/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:a9fe:a9fe]/",
  "https://[64:ff9b::a00:1]/",
  "https://[2002:7f00:1::]/",
  "https://[fd00:ec2::254]/",
  "https://[fe80::1]/",
  "http://169.254.169.254/latest/meta-data/",
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://192.168.0.1/",
  "https://100.100.100.200/",
  "https://224.0.0.1/",
  "https://255.255.255.255/",
  "https://no-such-host.invalid/",
];
const notToBeCalled = [
  "http://93.184.216.34/",
  "https://93.184.216.34:22/",
  "https://user:secret@93.184.216.34/",
  "ftp://93.184.216.34/",
  "file:///etc/passwd",
  "gopher://93.184.216.34/_x",
  "data:text/plain,x",
  "javascript:alert(1)",
  "//93.184.216.34/",
  "93.184.216.34",
  "",
  `https://93.184.216.34/${"x".repeat(3000)}`,
];
const shortSecret = `whsec_${Buffer.alloc(23).toString("base64")}`;
const longSecret = `whsec_${Buffer.alloc(65).toString("base64")}`;
const actions = ["rotate", "test", "start", "stop", "resend"];

export const badWebhooks: readonly BadCase[] = [
  ...wrongField(add, webhook, "url", [...inside, ...notToBeCalled], "OUTBOUND_REFUSED"),
  ...wrongField(add, webhook, "url", [undefined, null, 5, {}, ["https://93.184.216.34/"]], "REQUEST_INVALID"),
  ...wrongField(add, webhook, "types", [undefined, null, [], "consent.changed", [5], [null], {}], "REQUEST_INVALID"),
  ...wrongField(add, webhook, "types", [[""], ["*"], ["all"], ["consent.changed", "nonsense"], ["__proto__"], ["constructor"]], "WEBHOOK_INVALID"),
  ...wrongField(add, webhook, "secret", ["", "whsec_", "secret", shortSecret, longSecret, "whsec_not base64", "x".repeat(10_000)], "WEBHOOK_INVALID"),
  ...wrongField(add, webhook, "secret", [5, {}, []], "REQUEST_INVALID"),
  ...actions.map((action): BadCase => ({ title: `${action} nothing`, method: "POST", path: `/v1/webhooks/none/${action}`, code: "WEBHOOK_UNKNOWN" })),
  { title: "read nothing", method: "GET", path: "/v1/webhooks/none", code: "WEBHOOK_UNKNOWN" },
  { title: "remove nothing", method: "DELETE", path: "/v1/webhooks/none", code: "WEBHOOK_UNKNOWN" },
  { title: "deliveries of nothing", method: "GET", path: "/v1/webhooks/none/deliveries", code: "WEBHOOK_UNKNOWN" },
  ...["0", "-1", "1000", "x", "1e2", ""].map((limit): BadCase => {
    return { title: `deliveries, limit ${limit}`, method: "GET", path: `/v1/webhooks/none/deliveries?limit=${limit}`, code: "REQUEST_INVALID" };
  }),
  ...[-1, 721, 1.5, "1", null].map((keepOldHours): BadCase => {
    return {
      title: `keepOldHours ${keepOldHours}`,
      method: "POST",
      path: "/v1/webhooks/none/rotate",
      body: { keepOldHours },
      code: "REQUEST_INVALID",
    };
  }),
  { title: "with a write key", method: add[0], path: add[1], body: webhook, key: "write", code: "KEY_NOT_ALLOWED" },
  { title: "without a key", method: "GET", path: add[1], key: "none", code: "KEY_MISSING" },
];
