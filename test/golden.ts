import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { ClassSlice } from "../src/matrix/class-slice.js";

/** A file of test/golden, made by its generate.py (numpy, scipy, mpmath; versions are in the file). */
export function golden<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), "utf8")) as Content;
}

/** Equal within `tolerance`, relative above 1 and absolute below; null only equals null. */
export function expectNear(
  actual: number | null | undefined,
  expected: number | null,
  tolerance: number,
  what: string,
): void {
  if (expected === null || actual === null || actual === undefined) {
    expect(actual ?? null, what).toBe(expected);
    return;
  }
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${what}: ${actual}, golden ${expected}`).toBeLessThanOrEqual(tolerance);
}

/** A class of unnamed models: the first `capabilities` columns are capability benchmarks, null is missing. */
export function sliceOfCells(
  cells: readonly (readonly (number | null)[])[],
  capabilities: number,
  width: number,
): ClassSlice {
  return {
    class: "all",
    models: cells.map((_, i) => ({
      model: `m${i}`,
      name: null,
      class: "all",
      family: null,
      parameters: null,
      trainingTokens: null,
      trainingFlop: null,
      releasedOn: null,
      parent: null,
      interventions: null,
    })),
    benchmarks: Array.from({ length: width }, (_, j) => ({
      benchmark: `b${j}`,
      name: null,
      kind: j < capabilities ? ("capability" as const) : ("safety" as const),
      area: null,
      metric: null,
      direction: "higher" as const,
      chance: null,
      min: null,
      max: null,
      items: null,
    })),
    columns: Array.from({ length: width }, (_, j) => Float64Array.from(cells, (row) => row[j] ?? Number.NaN)),
    standardErrors: null,
  };
}
