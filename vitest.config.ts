import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Some claims are about seconds; in CI nothing else may take the cores meanwhile.
    fileParallelism: process.env.CI === undefined,
    reporters: ["default", "./test/closing-line.ts"],
  },
});
