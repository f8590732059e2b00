import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { checkSettings } from "./check-settings.ts";

const source = fileURLToPath(new URL("../../", import.meta.url));

it("knows every variable that the product reads", async () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !/\.(test|contract)\.ts$/.test(path),
  );
  const read = new Set(
    files.flatMap((path) =>
      [...readFileSync(source + path, "utf8").matchAll(/(?:process\.env\.|\.env\(")(RAPPORT_[A-Z_]+)/g)].map(([, name]) => name!),
    ),
  );
  expect(read.size).toBeGreaterThan(5);
  const findings = await checkSettings.run({ environment: Object.fromEntries([...read].map((name) => [name, "1"])) } as never);
  expect(findings.filter(({ says }) => says.startsWith("nothing reads"))).toEqual([]);
});
