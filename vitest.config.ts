import { defineConfig } from "vitest/config";

// Suites that need more than Node (a PostgreSQL server, a browser) skip themselves by name where it is missing.
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    pool: "threads",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: [["default", { summary: false }], "./tests/closing-line-reporter.ts"],
  },
});
