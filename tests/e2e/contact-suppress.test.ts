import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { errorCatalogue } from "#server/contract/error-codes.ts";
import { bearer, createApiClient } from "../support/api-client.ts";
import { runEach, runRapport, serveRapport } from "../support/rapport-process.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";

// A do-not-call register of any length, as a file: whatever anybody agrees to, they are not called.

describe("rapport contact suppress", () => {
  let folder: TempFolder;
  let serverKey: string;
  let file: string;
  beforeAll(async () => {
    folder = tempFolder("suppress");
    const { stdout } = await runRapport(["shop", "create", "Quiet", "--data", folder.path, "--json"]);
    serverKey = (JSON.parse(stdout) as { serverKey: string }).serverKey;
    file = join(folder.path, "dncr.csv");
    const others = Array.from({ length: 25_000 }, (_, at) => `03${String(110_000_000 + at)},listed\r\n`);
    writeFileSync(file, `\uFEFF"0300 1234567",listed\r\nnumber;since\r\n\r\n${others.join("")}`);
  });
  afterAll(() => folder.remove());

  it("R19: reads a register, twice the same, and its numbers are not called from then on", async () => {
    const words = ["contact", "suppress", file, "--channels", "sms,voice", "--source", "dncr", "--country", "92", "--data", folder.path, "--json"];
    const [first, again] = await runEach([words, words]);
    expect(JSON.parse(first!.stdout)).toEqual({ added: 50_002, known: 0, invalid: 2 });
    expect(JSON.parse(again!.stdout)).toEqual({ added: 0, known: 50_002, invalid: 2 });
    const server = await serveRapport(["--data", folder.path], {}, true);
    try {
      const api = createApiClient(server.address, bearer(serverKey));
      await api.put("/v1/consents", { customerId: "c", purposes: { sms: true, email: true } });
      const check = async (channel: string, address: string) =>
        (await api.post<{ allowed: boolean; because: string[] }>("/v1/contacts/check", { customerId: "c", channel, address })).body;
      expect(await check("sms", "+92 300 1234567")).toMatchObject({ allowed: false, because: ["SUPPRESSED"] });
      expect(await check("voice", "+923110024999")).toMatchObject({ allowed: false, because: expect.arrayContaining(["SUPPRESSED"]) });
      expect(await check("sms", "+923110025000")).toMatchObject({ allowed: true });
    } finally {
      await server.stop();
    }
  }, 120_000);

  it("says what is wrong with how it was asked", async () => {
    const base = ["--source", "x", "--data", folder.path, "--json"];
    const asked: [string[], keyof typeof errorCatalogue][] = [
      [["contact", "suppress", file, "--channels", "pigeon", ...base], "OPTION_INVALID"],
      [["contact", "suppress", file, "--channels", "sms", "--country", "PK", ...base], "OPTION_INVALID"],
      [["contact", "suppress", join(folder.path, "nowhere.txt"), "--channels", "sms", ...base], "FILE_MISSING"],
    ];
    const ended = await runEach(asked.map(([words]) => words));
    for (const [index, { code, stdout }] of ended.entries()) {
      expect(code).toBe(1);
      expect((JSON.parse(stdout) as { error: { code: string } }).error.code).toBe(asked[index]![1]);
    }
  });
});
