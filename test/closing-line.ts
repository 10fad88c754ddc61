import type { Reporter, TestModule } from "vitest/node";

/** What a run leaves out, and why; `.ci/run` leaves nothing out. */
const LEFT_OUT = [
  {
    when: () => process.env.TEST_DATABASE_URL === undefined,
    what: "the PostgreSQL half of test/store and test/process: TEST_DATABASE_URL names no server to create databases on",
  },
  {
    when: () => process.env.FULL === undefined,
    what: "the long forms of test/process and test/http (more kills, retries and mutations): FULL is not set",
  },
  {
    when: (files: readonly string[]) => !files.some((file) => file.includes("test/datasets/")),
    what: "test/datasets: it reads published files that are not part of this repository (npm run test:datasets)",
  },
] as const;

/** Ends every run by naming what it left out, and with one plain line, so that a script can read how many tests ran. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      if (module.errors().length > 0) counts.failed += 1;
    }
    const files = modules.map(({ moduleId }) => moduleId);
    const wholeRun = files.some((file) => !file.includes("test/datasets/"));
    for (const { when, what } of wholeRun ? LEFT_OUT : []) {
      if (when(files)) process.stdout.write(`left out: ${what}\n`);
    }
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}
