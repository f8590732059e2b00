import { type BadCase, canary } from "./case.ts";

const routesWithBody = [
  ["POST", "/v1/track"],
  ["POST", "/v1/identify"],
  ["POST", "/v1/page"],
  ["POST", "/v1/screen"],
  ["POST", "/v1/group"],
  ["POST", "/v1/alias"],
  ["POST", "/v1/batch"],
  ["POST", "/v1/recommendations"],
  ["POST", "/v1/outcomes"],
  ["PUT", "/v1/consents"],
  ["PUT", "/v1/items"],
] as const;

const notJson: readonly (readonly [string, string | Buffer])[] = [
  ["a body that breaks off", `{"userId":"${canary}","event":`],
  ["a body of words", `hello ${canary}`],
  ["a body of single quotes", `{'userId':'${canary}'}`],
  ["a body with a comma too many", '{"batch":[],}'],
  ["a body of NaN", '{"n":NaN}'],
  ["two bodies", "{}{}"],
  ["only a byte order mark's half", Buffer.from([0xef, 0xbb])],
  ["bytes that are not UTF-8", Buffer.concat([Buffer.from('{"userId":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}')])],
  ["a body that sets __proto__", `{"__proto__":{"admin":true},"userId":"${canary}"}`],
  ["a body that sets constructor.prototype", `{"constructor":{"prototype":{"admin":true}},"userId":"${canary}"}`],
  ["a body that is compressed by nobody", Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x01, 0x02])],
];
const notAnObject = [null, [], [{}], "text", 5, true, [null]] as const;

/** Nesting that a recursive reader would not survive; small enough to get past the limit on size. */
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const deepList = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const ofSize = (bytes: number, start: string, end: string) => start + "x".repeat(bytes - start.length - end.length) + end;
const kib = 1024;

/** What is wrong with the body as such, whatever it was meant to say. */
export const badBodies: readonly BadCase[] = [
  ...routesWithBody.flatMap(([method, path]): BadCase[] => [
    ...notJson.map(([title, raw]): BadCase => ({ title: `${path}: ${title}`, method, path, raw, code: "BODY_NOT_JSON" })),
    ...notAnObject.map((body): BadCase => ({ title: `${path}: ${JSON.stringify(body)} for a body`, method, path, body, code: "REQUEST_INVALID" })),
    { title: `${path}: an empty body`, method, path, raw: "", code: ["BODY_NOT_JSON", "REQUEST_INVALID"] },
    { title: `${path}: no body`, method, path, code: ["BODY_NOT_JSON", "REQUEST_INVALID"] },
  ]),
  {
    title: "events of 500 KB and a byte",
    method: "POST",
    path: "/v1/batch",
    raw: ofSize(500 * kib + 1, '{"batch":[{"type":"track","event":"', '"}]}'),
    code: "BATCH_TOO_LARGE",
  },
  {
    title: "one event of 500 KB and a byte",
    method: "POST",
    path: "/v1/track",
    raw: ofSize(500 * kib + 1, '{"event":"', '"}'),
    code: "BATCH_TOO_LARGE",
  },
  {
    title: "items of 5 MB and a byte",
    method: "PUT",
    path: "/v1/items",
    raw: ofSize(5 * kib * kib + 1, '{"items":[{"id":"a","title":"', '"}]}'),
    code: "BODY_TOO_LARGE",
  },
  {
    title: "a question of 2 MB",
    method: "POST",
    path: "/v1/recommendations",
    raw: ofSize(2 * kib * kib, '{"surface":"popular","customerId":"', '"}'),
    code: "BODY_TOO_LARGE",
  },
  { title: "2501 messages", method: "POST", path: "/v1/batch", body: { batch: Array(2501).fill({}) }, code: "BATCH_TOO_LARGE" },
  {
    title: "an item with a title of 1 MB",
    method: "PUT",
    path: "/v1/items",
    raw: ofSize(kib * kib, '{"items":[{"id":"long","title":"', '"}]}'),
    code: "REQUEST_INVALID",
  },
  ...[1_000, 10_000, 80_000].flatMap((levels): BadCase[] => [
    {
      title: `an event with ${levels} levels of objects`,
      method: "POST",
      path: "/v1/track",
      raw: `{"userId":"allowed","event":"Product Viewed","properties":${deep(levels)}}`,
      code: ["EVENT_INVALID", "EVENT_TOO_LARGE", "BODY_NOT_JSON"],
    },
    {
      title: `a batch that is ${levels} lists deep`,
      method: "POST",
      path: "/v1/recommendations",
      raw: `{"surface":"similar","item":${deepList(levels)}}`,
      code: ["REQUEST_INVALID", "BODY_NOT_JSON"],
    },
  ]),
];
