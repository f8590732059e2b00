import { describe, expect, it } from "vitest";
import { board, boardCsv, boardPeople, boardRows, fileOf, runCommand } from "./testing/run-command.ts";

const run = (...words: string[]) => runCommand("evaluate", ...words, "--json");

describe("protocols, by the command", () => {
  it("strong-generalization finds the colour of people it never saw", async () => {
    const file = await fileOf(boardCsv, "board.csv");
    const { json } = await run("--interactions", file, "--protocol", "strong-generalization", "--metrics", "hr@3", "--models", "linear");
    expect(json).toMatchObject({ protocol: "strong-generalization", cases: 3, cutAt: null });
    expect(json.results[0]!.metrics["hr@3"]!.mean).toBe(1);
  });

  it("session: a file of sessions to ask for, and one cut by time", async () => {
    const rows = (first: number, last: number) =>
      Array.from({ length: last - first }, (_, at) => first + at).flatMap((session) =>
        [0, 1, 2, 3].map((turn) => `s${session},i${(session + turn) % 8},${1_600_000_000 + 1000 * session + turn}`),
      );
    const [learn, test] = [rows(0, 160), rows(160, 200)].map((lines) => `SessionId,ItemId,Time\n${lines.join("\n")}\n`);
    const [learnFile, testFile] = [await fileOf(learn!, "train.csv"), await fileOf(test!, "test.csv")];
    const words = [
      "--user",
      "SessionId",
      "--item",
      "ItemId",
      "--time",
      "Time",
      "--protocol",
      "session",
      "--metrics",
      "mrr@5",
      "--models",
      "transitions",
    ];
    const apart = await run("--interactions", learnFile, "--test", testFile, ...words);
    expect(apart.json).toMatchObject({ cases: 40 * 3, dataset: { users: 160 }, test: { users: 40, items: 8, events: 160 } });
    expect(apart.json.results[0]!.metrics["mrr@5"]!.mean).toBe(1);
    const whole = await run("--interactions", await fileOf(`${learn}${test!.split("\n").slice(1).join("\n")}`, "all.csv"), ...words);
    expect(whole.json).toMatchObject({ cases: 40 * 3, cutAt: "2020-09-15T08:53:23.000Z" });
    expect(whole.json.results[0]!.metrics).toEqual(apart.json.results[0]!.metrics);
  });

  it("next-basket: everybody buys what they always bought; orders need no times", async () => {
    const rows = Array.from({ length: 20 }, (_, user) =>
      [1, 2, 3].flatMap((basket) => [`u${user},a${user},${basket}`, `u${user},b${user},${basket}`, `u${user},n${user}-${basket},${basket}`]),
    );
    const file = await fileOf(`user,item,basket\n${rows.flat().join("\n")}\n`, "baskets.csv");
    const words = ["--order", "basket", "--protocol", "next-basket", "--models", "p-topfreq", "--metrics", "recall@2"];
    const { json } = await run("--interactions", file, ...words);
    expect(json).toMatchObject({ cases: 20, repeats: true });
    // Two of the three are old; the third is in nobody's past and counts as missed.
    expect(json.results[0]!.metrics["recall@2"]!.mean).toBeCloseTo(2 / 3, 12);
    expect((await run("--interactions", file, ...words, "--cut", "time")).json.cases).toBe(20);
  });

  it("rating: taste that is all in the item is foretold; without times too", async () => {
    const rows = Array.from({ length: 40 }, (_, user) => Array.from({ length: 10 }, (_, item) => `u${user},i${item},${1 + (item % 5)}`));
    const file = await fileOf(`user,item,rating\n${rows.flat().join("\n")}\n`, "ratings.csv");
    const { json } = await run("--interactions", file, "--protocol", "rating", "--models", "rating-baseline");
    expect(json).toMatchObject({ cases: 400, comparisons: [] });
    expect(json.results[0]).toMatchObject({ model: "rating-baseline", beyond: null });
    expect(json.results[0]!.metrics.rmse!.mean).toBeLessThan(0.6);
    expect(json.results[0]!.metrics.mae!.mean).toBeLessThanOrEqual(json.results[0]!.metrics.rmse!.mean);
    const refused = await run("--interactions", file, "--protocol", "rating", "--models", "popular");
    expect(refused.json.error).toMatchObject({ code: "OPTION_INVALID", detail: expect.stringContaining("rating-baseline") });
  });

  it("a test file asks for what is new there; items of nobody's past are missed, not dropped", async () => {
    const [learn, test] = [board.map((items) => items.slice(0, -1)), board.map((items) => items.slice(-1))].map((people) =>
      people.map((items, person) => `u${person} ${items.map((item) => `i${item}`).join(" ")}`).join("\n"),
    );
    const [learnFile, testFile] = [await fileOf(learn!, "learn.txt"), await fileOf(`${test}\nu0 never-seen\nstranger i1`, "test.txt")];
    const words = ["--format", "sequences", "--protocol", "leave-one-out", "--metrics", "recall@15", "--models", "linear"];
    const { json } = await run("--interactions", learnFile, "--test", testFile, ...words);
    expect(json.cases).toBe(boardPeople);
    expect(json.results[0]!.metrics["recall@15"]!.mean).toBeCloseTo((boardPeople - 0.5) / boardPeople, 12);
    expect(json.notes.join()).toContain("1 of them not in --interactions");
  });

  it("content makes calibration possible, and diversity of another kind", async () => {
    const items = Array.from({ length: boardPeople }, (_, item) => ({
      id: `i${item}`,
      colour: item % 2 ? "black" : "white",
      tags: ["x", `t${item % 3}`],
    }));
    const file = await fileOf(boardCsv, "board.csv");
    const words = ["--interactions", file, "--metrics", "hr@5", "--models", "linear"];
    const { json } = await run(
      ...words,
      "--items",
      await fileOf(JSON.stringify([...items, { id: "untouched", colour: "red", tags: [] }]), "items.json"),
    );
    expect(json.results[0]!.beyond).toMatchObject({ k: 5, diversity: expect.any(Number), calibration: expect.any(Number) });
    expect((await run(...words)).json.results[0]!.beyond!.calibration).toBeNull();
  });

  it("--set fixes, and what is told can be said again with the same outcome", async () => {
    const words = ["--interactions", await fileOf(boardCsv, "board.csv"), "--models", "linear", "--metrics", "ndcg@10"];
    const { json } = await run(...words);
    const settings = Object.entries(json.results[0]!.params).flatMap(([name, value]) => ["--set", `linear.${name}=${value}`]);
    expect(settings.length).toBeGreaterThan(0);
    const again = await run(...words, ...settings);
    expect(again.json.results[0]).toMatchObject({ params: json.results[0]!.params, metrics: json.results[0]!.metrics });
    expect((await run(...words, "--set", "linear.lambda=77")).json.results[0]!.params.lambda).toBe(77);
  });

  it("names with parentheses are one model; --max-cases draws", async () => {
    const words = ["--interactions", await fileOf(boardCsv, "board.csv"), "--metrics", "ndcg@10"];
    const { json } = await run(...words, "--models", "popular,weighted(linear,popular)", "--max-cases", "7");
    expect(json.results.map(({ model }) => model)).toEqual(["popular", "weighted(linear,popular)"]);
    expect(json.cases).toBe(7);
  });
});

describe("wrong words", () => {
  const wrong: [string[], string][] = [
    [["--protocol", "rating", "--metrics", "ndcg@10"], "rmse, mae"],
    [["--protocol", "leave-one-out", "--metrics", "rmse"], "ndcg, hr, recall"],
    [["--metrics", "rmse@10"], "not of a list"],
    [["--set", "linear.nonsense=1"], "lambda"],
    [["--set", "linear.lambda=big"], "finite number"],
    [["--set", "linear.lambda="], "finite number"],
    [["--set", "linear.lambda=-1"], "negative"],
    [["--set", "lambda=1"], "MODEL.PARAM=NUMBER"],
    [["--set", "popular-all.x=1", "--models", "linear"], "with a model of --models: linear"],
    [["--models", "weighted(linear,popular"], "not closed"],
    [["--models", ","], "names nothing"],
    [["--cut", "time"], "next-basket"],
    [["--cut", "half", "--protocol", "next-basket"], "last, time"],
    [["--folds", "1", "--protocol", "rating"], "2 or more"],
    [["--folds", "5"], "rating"],
    [["--session-gap-minutes", "30"], "session"],
    [["--max-cases", "0"], "1 or more"],
    [["--repeats", "--protocol", "rating"], "--repeats"],
    [["--item-id", "sku"], "--items"],
    [["--on", "train"], "test, validation"],
  ];
  it.each(wrong)("%j", async (words, detail) => {
    const { exit, json } = await run("--interactions", await fileOf(boardCsv, "board.csv"), ...words);
    expect(exit).toBe(1);
    expect(json.error).toMatchObject({ code: "OPTION_INVALID", detail: expect.stringContaining(detail) });
  });
});

describe("awkward data: an answer or a problem with a name, and no NaN", () => {
  const everything = ["time-split", "leave-one-out", "strong-generalization", "session", "next-basket", "rating"];
  const row = (user: unknown, item: unknown, rating: unknown, time: unknown) => `${user},${item},${rating},${time}`;
  const many = (of: (at: number) => string, count = 60) => Array.from({ length: count }, (_, at) => of(at));
  const start = 1_700_000_000;
  const awkward: Record<string, readonly string[]> = {
    "one user": many((at) => row("u", `i${at}`, 3, start + at)),
    "one item": many((at) => row(`u${at}`, "i", 3, start + at)),
    "one item again and again": many((at) => row(`u${at % 6}`, "i", 3, start + at)),
    "one time for all": many((at) => row(`u${at % 6}`, `i${at % 10}`, 1 + (at % 5), start)),
    "one rating for all": many((at) => row(`u${at % 6}`, `i${at % 10}`, 4, start + at)),
    "times and ratings that are none": many((at) =>
      row(`u${at % 6}`, `i${(at * 7) % 11}`, ["NaN", "inf", "", "4"][at % 4], at % 9 === 0 ? "" : at % 9 === 1 ? "inf" : start + at),
    ),
    "items only at the end": many((at) => row(`u${at % 6}`, at < 45 ? `i${at % 10}` : `new${at}`, 3, start + at)),
    "ids of any script": many((at) =>
      row(`کاربر${at % 6}`, ["__proto__", "constructor", "🧆", "دال", "ü", "a b"][(at * 5) % 6], 1 + (at % 5), start + at),
    ),
    "absurd times": many((at) => row(`u${at % 6}`, `i${at % 10}`, 3, (at + 1) * 10_000_000_000_000)),
    "nothing but a header": [],
  };
  const pairs = Object.keys(awkward).flatMap((name) => everything.map((protocol) => [name, protocol] as const));

  it.each(pairs)("%s, %s", async (name, protocol) => {
    const file = await fileOf(`user,item,rating,time\n${awkward[name]!.join("\n")}\n`, "file.csv");
    const { exit, out, json } = await run(
      "--interactions",
      file,
      "--protocol",
      protocol,
      ...(protocol === "rating" ? ["--models", "rating-baseline"] : []),
    );
    expect(out).not.toMatch(/NaN|Infinity/);
    if (exit === 1) expect(json.error!.code).toMatch(/^(NOT_ENOUGH_DATA|FILE_UNREADABLE|COLUMN_UNGUESSED|OPTION_INVALID)$/);
    else
      for (const { metrics } of json.results)
        for (const { mean, low, high } of Object.values(metrics)) expect([mean, low, high].every(Number.isFinite)).toBe(true);
  });

  it("somebody with 100,000 events", { timeout: 300_000 }, async () => {
    const robot = many((at) => row("robot", `i${(at * 31) % 500}`, 1 + (at % 5), start + at), 100_000);
    const people = many((at) => row(`u${at % 40}`, `i${(at * at + 3 * at) % 499}`, 1 + (at % 5), start + 50 * at), 2000);
    const file = await fileOf(`user,item,rating,time\n${[...robot, ...people].join("\n")}\n`, "robot.csv");
    for (const protocol of everything) {
      const models = protocol === "rating" ? ["--models", "rating-baseline"] : ["--models", "popular"];
      const { exit, json } = await run("--interactions", file, "--protocol", protocol, ...models, "--max-cases", "500");
      expect([exit, json.error?.code], protocol).toEqual([0, undefined]);
    }
  });

  it("times without a column are asked for where they matter", async () => {
    const file = await fileOf(`user,item\n${boardRows.map(({ user, item }) => `${user},${item}`).join("\n")}\n`, "untimed.csv");
    expect((await run("--interactions", file, "--protocol", "leave-one-out")).json.error).toMatchObject({ code: "COLUMN_UNGUESSED" });
    const { json } = await run("--interactions", file, "--protocol", "strong-generalization", "--models", "popular");
    expect(json.notes.join()).toContain("no column of times");
  });
});
