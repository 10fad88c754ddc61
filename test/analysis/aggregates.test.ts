import { expect, test } from "vitest";
import { aggregatesOf, isWithin } from "../../src/analysis/aggregates.js";
import { sliceOf } from "../../src/matrix/class-slice.js";
import { BUNDLED } from "../asked.js";
import { sliceOfCells } from "../golden.js";

function named(names: readonly string[], cells?: (number | null)[][]) {
  const rows = cells ?? Array.from({ length: 4 }, (_, i) => names.map((_, j) => (i * (j + 2) * 7) % 5));
  const slice = sliceOfCells(rows, 1, names.length);
  return { ...slice, benchmarks: slice.benchmarks.map((b, j) => ({ ...b, benchmark: names[j] as string })) };
}

function found(names: readonly string[], cells?: (number | null)[][]): Record<string, string[]> {
  const entries = [...aggregatesOf(named(names, cells))].map(
    ([j, parts]) => [names[j] as string, [...parts].map((k) => names[k] as string).sort()] as const,
  );
  return Object.fromEntries(entries);
}

test("a name that others go on from is an aggregate of them, if there are two", () => {
  expect(found(["wmdp", "wmdp_bio", "wmdp_chem", "wmdp2"])).toEqual({ wmdp: ["wmdp_bio", "wmdp_chem"] });
  expect(found(["mmlu", "mmlu_pro"])).toEqual({});
});

test("an ending that says so takes one part to be an aggregate, and none to be none", () => {
  expect(found(["ethics_all", "ethics_cm"])).toEqual({ ethics_all: ["ethics_cm"] });
  expect(found(["power.Σ", "power.money"])).toEqual({ "power.Σ": ["power.money"] });
  expect(found(["HarmBench-GCG-T-all", "mmlu"])).toEqual({});
});

test("a product is made of its factors", () => {
  const names = ["tqa_truth", "tqa_info", "tqa_truth*info"];
  expect(found(names)).toEqual({ "tqa_truth*info": ["tqa_info", "tqa_truth"] });
});

test("a benchmark that is the mean of others with its first word is an aggregate, whatever it is called", () => {
  const names = ["adv_glue", "adv_rte", "adv_qqp", "adv_other"];
  const cells = Array.from({ length: 9 }, (_, i) => {
    const [a, b, c] = [(i * 7) % 5, (i * 4) % 9, (i * 5) % 7];
    return [(a + b) / 2, a, b, c];
  });
  expect(found(names, cells)).toEqual({ adv_glue: ["adv_qqp", "adv_rte"] });
  expect(
    found(
      names,
      cells.map((row) => [...row.slice(0, 3), null]),
    ),
  ).toEqual({ adv_glue: ["adv_qqp", "adv_rte"] });
});

test("names out of the ordinary are no trouble", () => {
  expect(found(["__proto__", "constructor", "*", "_", "all", "-all", "x*"])).toEqual({});
});

test("in the bundled matrix six benchmarks are aggregates, and the relation is symmetric", () => {
  const slice = sliceOf(BUNDLED.matrix, "base");
  const aggregates = aggregatesOf(slice);
  const at = (name: string) => slice.benchmarks.findIndex(({ benchmark }) => benchmark === name);
  expect(aggregates.size).toBe(6);
  expect(isWithin(aggregates, at("wmdp_bio"), at("wmdp"))).toBe(true);
  expect(isWithin(aggregates, at("wmdp"), at("wmdp_bio"))).toBe(true);
  expect(isWithin(aggregates, at("wmdp_bio"), at("wmdp_chem"))).toBe(false);
});
