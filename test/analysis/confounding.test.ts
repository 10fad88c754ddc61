import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { adjustedDesign } from "../../src/analysis/adjusted-design.js";
import { answerOf } from "../../src/analysis/computation.js";
import { confounding } from "../../src/analysis/confounding.js";
import type { Covariate } from "../../src/analysis/covariates.js";
import { fitCapabilities } from "../../src/analysis/fit.js";
import { type ComputeOptions, computeOptions } from "../../src/analysis/options.js";
import { pooledFit } from "../../src/analysis/pooled-fit.js";
import { composeMatrix } from "../../src/ingest/compose-matrix.js";
import { readPosting } from "../../src/ingest/read-posting.js";
import { sliceOf } from "../../src/matrix/class-slice.js";
import { digestOf } from "../../src/matrix/digest.js";
import type { Model, ScoreMatrix } from "../../src/matrix/score-matrix.js";
import { refittedPartials } from "../../src/stats/refitted-partials.js";
import type { Resample } from "../../src/stats/resample.js";
import { expectNear, golden } from "../golden.js";

type Bounds = [number, number] | null;
interface GoldenRow {
  n: number;
  rank: number | null;
  rho: number | null;
  rhoAll: number | null;
  partialRho: number | null;
  p: number | null;
  interval: Bounds;
  vif: number | null;
  singletons: number;
}
interface GoldenPlain {
  n: number;
  rho: number | null;
  interval: Bounds;
}
interface GoldenPartial {
  given: Covariate[];
  benchmarks: Record<string, GoldenRow>;
}
interface GoldenDraws {
  given: Covariate[];
  targets: string[];
  models: string[];
  draws: { rows: number[]; partialRho: (number | null)[] }[];
}
interface GoldenClass {
  partial: GoldenPartial[];
  covariates: Record<string, { n: number; rho: number; vif: number }>;
  withinFamily: Record<string, { gamma: number | null; pairs: number; p: number | null }>;
  eras: Record<
    string,
    { windows: (GoldenPlain & { from: string; to: string })[]; before: GoldenPlain; after: GoldenPlain }
  >;
  own: Record<string, GoldenPlain>;
}
const expected = golden<{
  classes: Record<"base" | "chat", GoldenClass>;
  pooled: { partial: GoldenPartial[]; own: Record<string, GoldenPlain> };
  draws: Record<"base" | "chat" | "pooled", GoldenDraws[]>;
}>("confounding");

const shape = z.object(confounding.shape);
type Confounding = z.infer<typeof shape> & { warnings: { code: string; message: string }[] };

const reading = { duplicates: "refuse", percent: "refuse", maxCells: 1e6 } as const;
const bytes = readFileSync(new URL("../../data/safetywashing-2024.json", import.meta.url));
const { matrix } = composeMatrix(readPosting({ bytes, mediaType: "application/json" }, reading), null, {
  ...reading,
  capability: [],
  safety: [],
});

function bytesOf(given: readonly Covariate[], className: string, options: object = {}, of = matrix) {
  const parsed = { ...computeOptions.parse({ resamples: 0, ...options }), given } as ComputeOptions;
  return answerOf(
    { question: "confounding", class: className, options: parsed },
    { digest: digestOf(of), matrix: of },
  );
}
function ask(given: readonly Covariate[], className: string, options: object = {}, of = matrix): Confounding {
  return JSON.parse(Buffer.from(bytesOf(given, className, options, of)).toString()) as Confounding;
}
const rowOf = <Row extends { benchmark: string }>(rows: readonly Row[], name: string) =>
  rows.find(({ benchmark }) => benchmark === name) as Row;

function expectRows(found: Confounding, { benchmarks, given }: GoldenPartial): void {
  for (const [name, row] of Object.entries(benchmarks)) {
    const own = rowOf(found.benchmarks, name);
    const what = `${name} given ${given}`;
    expect([own.n, own.singletons], what).toEqual([row.n, row.singletons]);
    expectNear(own.rho, row.rho, 1e-9, `ρ of ${what}`);
    expectNear(own.rhoAll, row.rhoAll, 1e-9, `ρ on all models of ${what}`);
    expectNear(own.partialRho, row.partialRho, 1e-9, `partial ρ of ${what}`);
    if (row.partialRho === null) continue;
    expect(own.covariateRank, what).toBe(row.rank);
    expectNear(own.vif, row.vif, 1e-9, `variance inflation of ${what}`);
    expectNear(own.interval?.low, row.interval?.[0] ?? null, 1e-9, `low of ${what}`);
    expectNear(own.interval?.high, row.interval?.[1] ?? null, 1e-9, `high of ${what}`);
    if (own.kind !== "capability") expectNear(own.p, row.p, 1e-10, `p of ${what}`);
  }
}

function expectPlain(
  found: { n: number; rho: number | null; interval: { low: number; high: number } | null } | undefined,
  { n, rho, interval }: GoldenPlain,
  what: string,
): void {
  expect(found?.n, what).toBe(n);
  expectNear(found?.rho, rho, 1e-9, what);
  expectNear(found?.interval?.low, interval?.[0] ?? null, 1e-9, `low of ${what}`);
  expectNear(found?.interval?.high, interval?.[1] ?? null, 1e-9, `high of ${what}`);
}

describe.each(["base", "chat"] as const)("the bundled matrix, class %s", (name) => {
  const { partial, covariates, withinFamily, eras, own } = expected.classes[name];

  test.each(partial.map((one) => [one.given.join(" and "), one] as const))(
    "numpy and scipy agree on every partial correlation given %s",
    (_, one) => {
      expectRows(ask(one.given, name), one);
    },
  );

  test("the score's correlation with each covariate, and its variance inflation, are numpy's", () => {
    for (const [covariate, { n, rho, vif }] of Object.entries(covariates)) {
      const [found] = ask([covariate as Covariate], name).covariates;
      expect(found?.n).toBe(n);
      expectNear(found?.rho, rho, 1e-9, `ρ with ${covariate}`);
      expectNear(found?.vif, vif, 1e-9, `variance inflation of ${covariate}`);
    }
  });

  test("γ within families is numpy's, and its p lies within four standard errors of the exact one", () => {
    const found = ask(["releasedOn"], name, { resamples: 10_000 });
    for (const [benchmark, { gamma, pairs, p }] of Object.entries(withinFamily)) {
      const row = rowOf(found.withinFamily, benchmark);
      expect(row.pairs, benchmark).toBe(pairs);
      expectNear(row.gamma, gamma, 1e-12, `γ of ${benchmark}`);
      expect(row.randomEffectsReason, benchmark).toBe("groupsTooSmall");
      if (row.kind === "capability" || p === null) continue;
      const most = row.exact ? 1e-10 : 4 * Math.sqrt((p * (1 - p)) / 10_000) + 2e-4;
      expect(Math.abs((row.p as number) - p), `p of ${benchmark}: ${row.p}, exact ${p}`).toBeLessThan(most);
    }
  });

  test("every window and both halves are numpy's", () => {
    const found = ask(["releasedOn"], name);
    for (const [benchmark, { windows, before, after }] of Object.entries(eras)) {
      const row = rowOf(found.eras, benchmark);
      expect(row.windows.map(({ from, to }) => ({ from, to }))).toEqual(
        windows.map(({ from, to }) => ({ from, to })),
      );
      windows.forEach((window, k) => {
        expectPlain(row.windows[k], window, `${benchmark} from ${window.from}`);
      });
      expectPlain(row.earlier, before, `${benchmark} before the median`);
      expectPlain(row.later, after, `${benchmark} from the median on`);
    }
  });

  test("pooled over classes, and within each, are numpy's", () => {
    const found = ask(["releasedOn"], name);
    for (const [benchmark, pooled] of Object.entries(expected.pooled.own)) {
      const row = rowOf(found.pooled, benchmark);
      expectPlain(row, pooled, `${benchmark} pooled`);
      const within = row.within.find((one) => one.class === name);
      expectPlain(within, own[benchmark] ?? { n: 0, rho: null, interval: null }, `${benchmark} within`);
    }
  });
});

test("given class the rows are of both classes, on a score fitted on all models; numpy agrees", () => {
  for (const one of expected.pooled.partial) {
    const found = ask(one.given, "chat");
    expect(found.scope).toEqual({ classes: ["base", "chat"], models: 53 });
    expectRows(found, one);
    expect(found.benchmarks).toEqual(ask(one.given, "base").benchmarks);
  }
});

test.each(Object.entries(expected.draws).flatMap(([name, all]) => all.map((one) => [name, one] as const)))(
  "in explicit resamples of %s the score is refitted and everything ranked anew",
  (name, { given, targets, models, draws }) => {
    const fits = ["base", "chat"].map((own) => {
      const slice = sliceOf(matrix, own);
      const capabilities = slice.benchmarks.flatMap(({ kind }, j) => (kind === "capability" ? [j] : []));
      return fitCapabilities(slice, "spearman", capabilities);
    });
    const fitOf = (own: string) => (own === "base" ? fits[0] : fits[1]) as (typeof fits)[number];
    const pooled = pooledFit({ fitted: fitOf("chat"), classes: ["base", "chat"], fitOf });
    const fit = name === "pooled" ? (pooled?.fit as (typeof fits)[number]) : fitOf(name);
    const adjusted = adjustedDesign(fit, "pc1", given);
    if (adjusted === null) throw new Error("no design");
    const place = new Map(adjusted.rows.map((row, k) => [fit.slice.models[row]?.model as string, k]));
    const out = new Float64Array(adjusted.columns.length * draws.length);
    const draw = (b: number, into: Resample) => {
      into.counts.fill(0);
      into.size = models.length;
      for (const row of draws[b]?.rows ?? []) {
        const k = place.get(models[row] as string) as number;
        into.counts[k] = (into.counts[k] as number) + 1;
      }
    };
    refittedPartials(
      adjusted.design,
      { from: 0, to: draws.length, draw },
      { rho: out, stride: draws.length },
    );
    draws.forEach(({ partialRho }, b) => {
      targets.forEach((target, t) => {
        const column = fit.slice.benchmarks.findIndex(({ benchmark }) => benchmark === target);
        const value = out[adjusted.columns.indexOf(column) * draws.length + b] as number;
        expectNear(
          Number.isNaN(value) ? null : value,
          partialRho[t] ?? null,
          1e-9,
          `${target} in ${b} given ${given}`,
        );
      });
    });
  },
);

describe("an answer about confounding", () => {
  test("is the same bytes with the same seed, and other intervals with another", () => {
    const [one, again, other] = [5, 5, 6].map((seed) =>
      Buffer.from(bytesOf(["releasedOn"], "chat", { resamples: 300, seed })).toString(),
    );
    expect(again).toBe(one);
    const interval = (json: string | undefined) =>
      rowOf((JSON.parse(json as string) as Confounding).benchmarks, "ethics_all").intervals.percentile;
    expect(interval(other)).not.toEqual(interval(one));
  });

  test("draws whole families where that is asked for", () => {
    const found = ask(["releasedOn"], "chat", { resamples: 300, resampleBy: "families" });
    expect(rowOf(found.benchmarks, "ethics_all").intervals.percentile?.method).toBe("clusterPercentile");
  });

  test("says that these models cannot separate capability from compute, and that compute causes it", () => {
    const found = ask(["trainingFlop"], "chat");
    expect(found.warnings.map(({ code }) => code)).toContain("collinear");
    expect(found.conclusion).toContain(
      "21 models cannot separate capability from training compute (ρ 0.943, variance inflation 9.1)",
    );
    expect(found.conclusion).toContain("Compute is a cause of capability");
    expect(found.conclusion).toContain("is not deconfounding");
  });

  test("reads otherwise where the score can be told from what is given", () => {
    const found = ask(["releasedOn"], "chat");
    expect(found.warnings.map(({ code }) => code)).not.toContain("collinear");
    expect(found.conclusion).not.toContain("cannot separate");
    expect(found.conclusion).toContain("These models can tell the score from release date");
    expect(found.conclusion).toContain("cause of capability");
  });

  test("flags a reversal only where both intervals exclude 0", () => {
    const { reversals } = ask(["releasedOn"], "chat");
    expect(reversals.length).toBeGreaterThan(0);
    const sure = (bounds: { low: number; high: number } | null) =>
      bounds !== null && (bounds.low > 0 || bounds.high < 0);
    for (const one of reversals) {
      expect(one.pooledRho * one.withinRho).toBeLessThan(0);
      expect(one.status === "reversed").toBe(sure(one.pooledInterval) && sure(one.withinInterval));
    }
  });

  test("names a reversal that is there: two classes that rise, one above the other on the left", () => {
    const found = ask(["class"], "low", {}, reversed());
    const row = found.reversals.filter(({ benchmark }) => benchmark === "safety");
    expect(row.map(({ class: name, status }) => [name, status])).toEqual([
      ["low", "reversed"],
      ["high", "reversed"],
    ]);
    expect(found.conclusion).toContain("pooling classes misleads");
  });

  test("has a random-effects mean with three families of five, and none where one correlates perfectly", () => {
    const of = (perfect: boolean) =>
      ask(["family"], "all", {}, familiesOfSix(perfect)).withinFamily.find(
        ({ benchmark }) => benchmark === "safety",
      );
    expect(of(false)?.randomEffects?.groups).toBe(3);
    expect(of(false)?.randomEffects?.interval.method).toBe("hartungKnapp");
    expect([of(true)?.randomEffects, of(true)?.randomEffectsReason]).toEqual([null, "perfectCorrelation"]);
  });
});

function matrixOf(models: readonly Partial<Model>[], rows: readonly (readonly number[])[]): ScoreMatrix {
  const names = ["mmlu", "gsm8k", "safety"];
  return {
    description: { title: null, description: null, source: null },
    models: models.map((model, i) => ({
      model: `m${String(i).padStart(2, "0")}`,
      name: null,
      class: "all",
      family: null,
      parameters: null,
      trainingTokens: null,
      trainingFlop: null,
      releasedOn: null,
      parent: null,
      interventions: null,
      ...model,
    })),
    benchmarks: names.map((benchmark, j) => ({
      benchmark,
      name: null,
      kind: j < 2 ? ("capability" as const) : ("safety" as const),
      area: null,
      metric: null,
      direction: "higher" as const,
      chance: null,
      min: 0,
      max: 100,
      items: null,
    })),
    scores: Float64Array.from(rows.flat()),
    standardErrors: null,
  };
}

/** Within each class safety rises with capability; the more capable class is far less safe. */
function reversed(): ScoreMatrix {
  const models = Array.from({ length: 24 }, (_, i) => ({ class: i < 12 ? "low" : "high" }));
  const rows = models.map((_, i) => {
    const [k, high] = [i % 12, i >= 12];
    return [k + (high ? 20 : 0), k + (k % 3) + (high ? 20 : 0), k + ((k * 5) % 3) + (high ? 0 : 40)];
  });
  return matrixOf(models, rows);
}

function familiesOfSix(perfect: boolean): ScoreMatrix {
  const models = Array.from({ length: 18 }, (_, i) => ({ family: `family ${i % 3}` }));
  const order = [2, 1, 4, 3, 6, 5];
  const rows = models.map((_, i) => {
    const k = Math.floor(i / 3);
    const safety = perfect && i % 3 === 0 ? k : (order[k] as number) + ((i * 7) % 5) / 10;
    return [10 * k + i, 9 * k + ((i * i) % 4), safety];
  });
  return matrixOf(models, rows);
}
