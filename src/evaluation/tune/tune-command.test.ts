import { describe, expect, it } from "vitest";
import { boardCsv, boardPeople, fileOf, runCommand } from "../testing/run-command.ts";

const run = (...words: string[]) => runCommand("tune", ...words);

describe("tune, by the command", () => {
  it("names parameters that evaluate takes, and gives the same test as evaluate does", async () => {
    const file = await fileOf(boardCsv, "board.csv");
    const words = ["--interactions", file, "--protocol", "leave-one-out", "--metrics", "ndcg@10", "--models", "linear"];
    const { exit, json } = await run(...words, "--seconds", "60", "--trials", "6", "--json");
    expect(exit).toBe(0);
    expect(json).toMatchObject({ dataset: { users: boardPeople }, protocol: "leave-one-out", part: "test", seed: 1 });
    expect(json.tuning).toMatchObject([{ model: "linear", tried: 7, validation: { "ndcg@10": expect.any(Number) } }]);
    const [result] = json.results;
    const settings = Object.entries(result!.params).flatMap(([name, value]) => ["--set", `linear.${name}=${value}`]);
    const again = await runCommand("evaluate", ...words, ...settings, "--json");
    expect(again.json.results[0]!.metrics).toEqual(result!.metrics);
    expect((await run(...words, "--seconds", "60", "--trials", "6", "--json")).json.results[0]!.params).toEqual(result!.params);
    expect((await run(...words, "--seconds", "1")).out).toContain("--set 'linear.");
  });

  it.each([
    [["--seconds", "0"], "more than 0"],
    [["--seconds", "soon"], "number"],
    [["--trials", "-1"], "0 or more"],
    [["--set", "linear.nonsense=1"], "lambda"],
    [["--models", "oracle"], "popular"],
    [["--protocol", "rating", "--models", "linear"], "ratings"],
  ])("refuses %j", async (words, detail) => {
    const { exit, json } = await run("--interactions", await fileOf(boardCsv, "board.csv"), ...words, "--json");
    expect(exit).toBe(1);
    expect(json.error).toMatchObject({ code: "OPTION_INVALID", detail: expect.stringContaining(detail) });
  });

  it("one person is not enough", async () => {
    const file = await fileOf("user,item,time\nu,a,1\nu,b,2\n", "one.csv");
    expect((await run("--interactions", file, "--seconds", "1", "--json")).json.error).toMatchObject({ code: "NOT_ENOUGH_DATA" });
  });
});
