import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { answerOf } from "../../src/analysis/computation.js";
import { type ComputeOptions, computeOptions } from "../../src/analysis/options.js";
import { sensitivity } from "../../src/analysis/sensitivity.js";
import { composeMatrix } from "../../src/ingest/compose-matrix.js";
import { readPosting } from "../../src/ingest/read-posting.js";
import { digestOf } from "../../src/matrix/digest.js";
import { CORRELATION_METHODS, type CorrelationMethod } from "../../src/stats/correlation.js";
import { expectNear, golden } from "../golden.js";

type Answer = { [Field in keyof typeof sensitivity.shape]: z.infer<(typeof sensitivity.shape)[Field]> };
interface Bounds {
  dropped: number;
  low: number;
  high: number;
  lowDropped: number[];
  highDropped: number[];
  undefined: number;
}
interface LeftOut {
  bounds: Bounds[];
  withoutModel: number[];
  withoutFamily: Record<string, number>;
}
interface Entry {
  n: number;
  models: string[];
  methods: Record<CorrelationMethod, LeftOut & { rho: number }>;
  refitted: LeftOut;
  band?: Record<CorrelationMethod, { dropped: number; low: number[]; high: number[] }[]>;
  sets?: { submitted: number[]; rho: number; percentile: number; sets: number };
}
const { classes } = golden<{ classes: Record<string, Record<string, Entry>> }>("sensitivity");

const reading = {
  duplicates: "refuse",
  percent: "refuse",
  maxCells: 1e6,
  capability: [],
  safety: [],
} as const;
const bytes = readFileSync(new URL("../../data/safetywashing-2024.json", import.meta.url));
const { matrix } = composeMatrix(
  readPosting({ bytes, mediaType: "application/json" }, reading),
  null,
  reading,
);
const content = { digest: digestOf(matrix), matrix };

function asked(className: string, options: Record<string, unknown>): Answer {
  const own = z
    .object(sensitivity.options ?? {})
    .parse(
      Object.fromEntries(Object.entries(options).filter(([name]) => name in (sensitivity.options ?? {}))),
    );
  const shared = Object.fromEntries(
    Object.entries(options).filter(([name]) => !(name in (sensitivity.options ?? {}))),
  );
  const parsed = { ...computeOptions.parse(shared), ...own } as ComputeOptions;
  const json = answerOf({ question: "sensitivity", class: className, options: parsed }, content);
  return JSON.parse(Buffer.from(json).toString()) as Answer;
}

function expectLeftOut(found: Answer, { models }: Entry, expected: LeftOut, what: string): void {
  expected.bounds.forEach((bounds, k) => {
    const row = found.bounds[k] as Answer["bounds"][number];
    const named = (rows: number[]) => rows.map((i) => models[i]);
    expectNear(row.low, bounds.low, 1e-9, `${what} low ${k + 1}`);
    expectNear(row.high, bounds.high, 1e-9, `${what} high ${k + 1}`);
    expect([row.lowModels, row.highModels], `${what} ${k + 1}`).toEqual([
      named(bounds.lowDropped),
      named(bounds.highDropped),
    ]);
    expect([row.exact, row.undefinedSubsets]).toEqual([true, bounds.undefined]);
  });
  expect(found.leaveOneModelOut.map(({ model }) => model)).toEqual(models);
  found.leaveOneModelOut.forEach(({ rho }, i) => {
    expectNear(rho, expected.withoutModel[i] as number, 1e-9, `${what} without ${models[i]}`);
  });
  expect(found.leaveOneFamilyOut.map(({ family }) => family)).toEqual(Object.keys(expected.withoutFamily));
  for (const { family, rho } of found.leaveOneFamilyOut)
    expectNear(rho, expected.withoutFamily[family] as number, 1e-9, `${what} without ${family}`);
}

const entries = Object.entries(classes).flatMap(([className, of]) =>
  Object.entries(of).map(([benchmark, entry]) => ({ className, benchmark, entry })),
);

describe.each(entries)("$className, $benchmark", ({ className, benchmark, entry }) => {
  test.each(CORRELATION_METHODS)("%s: numpy's brute force over all subsets agrees to 1e-9", (correlation) => {
    const expected = entry.methods[correlation];
    const drop = expected.bounds.length;
    const found = asked(className, { benchmark: [benchmark], drop, correlation });
    expect(found.n).toBe(entry.n);
    expectNear(found.rho, expected.rho, 1e-9, "rho");
    expectLeftOut(found, entry, expected, correlation);
    for (const [k, band] of (entry.band?.[correlation] ?? []).entries()) {
      for (const end of [0, 1] as const) {
        expectNear(found.bounds[k]?.band?.low[end], band.low[end] as number, 1e-9, `band low ${k + 1}`);
        expectNear(found.bounds[k]?.band?.high[end], band.high[end] as number, 1e-9, `band high ${k + 1}`);
      }
    }
  });

  test("with the score refitted on what is left, numpy agrees to 1e-9", () => {
    const found = asked(className, { benchmark: [benchmark], drop: 3, refit: "true" });
    expectLeftOut(found, entry, entry.refitted, "refitted");
    const fixed = entry.methods.spearman;
    found.leaveOneModelOut.forEach(({ fixedRho }, i) => {
      expectNear(fixedRho, fixed.withoutModel[i] as number, 1e-9, "fixed beside");
    });
  });
});

test.each(entries.filter(({ entry }) => entry.sets !== undefined))(
  "the place of a set among random ones is that of numpy's sets ($benchmark)",
  ({ className, benchmark, entry }) => {
    const { submitted, rho, percentile, sets } = entry.sets as NonNullable<Entry["sets"]>;
    const model = submitted.map((i) => entry.models[i] as string);
    const found = asked(className, { benchmark: [benchmark], drop: 1, model });
    expect(found.submittedSet).toMatchObject({ models: model, n: submitted.length, randomSets: sets });
    expectNear(found.submittedSet?.rho, rho, 1e-9, "rho");
    expectNear(found.percentileAmongSets, percentile, 1e-9, "percentile");
  },
);

test("the fragility is the least number of models at which a bound crosses, and says from where it is an upper bound", {
  timeout: 120_000,
}, () => {
  const found = asked("chat", { benchmark: ["HarmBench-HumanJailbreaks-all"], drop: 8 });
  const first = (crosses: (row: Answer["bounds"][number]) => boolean) =>
    (found.bounds.find(crosses)?.dropped ?? null) as number | null;
  expect(found.fragility).toMatchObject({ exactTo: 8, searchedTo: 23, verdict: "undecided" });
  expect(found.fragility?.toZero).toBe(first(({ high }) => (high as number) > 0));
  expect(found.fragility?.toThreshold).toBe(first(({ low }) => (low as number) <= -0.4));
});

test("beyond two million subsets the bounds are attained by greedy search, and say so", () => {
  const { bounds } = asked("chat", { benchmark: ["ethics_all"], drop: 10 });
  expect(bounds.map(({ exact }) => exact)).toEqual([...new Array(8).fill(true), false, false]);
  for (const row of bounds.slice(8)) {
    expect(row.undefinedSubsets).toBeNull();
    for (const [value, models] of [
      [row.low, row.lowModels],
      [row.high, row.highModels],
    ] as const) {
      const left = asked("chat", { benchmark: ["ethics_all"], drop: 1, model: others(models as string[]) });
      expectNear(left.submittedSet?.rho, value as number, 1e-12, `dropped ${row.dropped}`);
    }
  }
});

test("refits beyond what a few seconds allow are searched for, no further than exact bounds would be", () => {
  const { bounds } = asked("chat", { benchmark: ["ethics_all"], drop: 6, refit: "true" });
  expect(bounds.map(({ exact }) => exact)).toEqual([true, true, true, true, true, false]);
  expect(bounds[5]?.low as number).toBeLessThan(bounds[4]?.low as number);
  expect(bounds[5]?.high as number).toBeGreaterThan(bounds[4]?.high as number);
}, 60_000);

test("the same seed gives the same bytes, another seed another band and the same bounds", () => {
  const [one, again, other] = [0, 0, 1].map((seed) =>
    asked("chat", { benchmark: ["ethics_all"], drop: 2, seed }),
  );
  expect(JSON.stringify(again)).toBe(JSON.stringify(one));
  expect(other?.bounds[1]?.low).toBe(one?.bounds[1]?.low);
  expect(other?.bounds[1]?.band).not.toEqual(one?.bounds[1]?.band);
});

test("a measure that no class fits has nothing to refit, and the answer says so", () => {
  const options = { benchmark: ["ethics_all"], drop: 1, measure: "named:mmlu" };
  const [fixed, refitted] = [asked("chat", options), asked("chat", { ...options, refit: "true" })];
  expect(refitted.bounds).toEqual(fixed.bounds);
  const { warnings } = refitted as unknown as { warnings: { code: string }[] };
  expect(warnings.map(({ code }) => code)).toContain("nothingToRefit");
});

function others(models: readonly string[]): string[] {
  return matrix.models.flatMap(({ model, class: own }) =>
    own === "chat" && !models.includes(model) ? [model] : [],
  );
}
