import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one plain line that a script can read: `N passed, N failed, N skipped`. */
class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped\n`);
  }
}

// vitest looks a reporter file's default export up; this is the one place that needs it.
// biome-ignore lint/style/noDefaultExport: vitest's contract for reporter files
export default ClosingLineReporter;
