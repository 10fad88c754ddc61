import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CorrelationRow } from "../../src/analysis/correlation-row.js";
import { accelerationOf } from "../../src/stats/bootstrap-intervals.js";
import { BASES, principalComponent } from "../../src/stats/principal-component.js";
import { refittedCorrelations, scoreSource } from "../../src/stats/refitted-correlations.js";
import { leaveOut, type Resample } from "../../src/stats/resample.js";
import { sortedColumns } from "../../src/stats/sorted-columns.js";
import { expectGivenDraws, type GivenDraw } from "../given-draws.js";
import { expectNear, golden } from "../golden.js";
import { Service } from "../http/service.js";
import { CAPABILITIES, postReleased, releasedFile } from "./released.js";

type Bounds = [number, number];
interface MonteCarlo {
  percentile: Bounds | null;
  percentileSe: Bounds;
  percentileWithin: [Bounds, Bounds];
}
interface GoldenColumn extends MonteCarlo {
  kind: string;
  usable: number;
  bca: Bounds | null;
  bcaSe: Bounds;
  bcaWithin: [Bounds, Bounds];
  difference: MonteCarlo & { p: number | null; pSe: number };
  permutation?: { atLeast: number; p: number; pSe: number };
}
interface GoldenClass {
  columns: Record<string, GoldenColumn>;
  summary: { nonCapability: number; bhRuns: Record<string, number>; below04: number };
  congruence: Record<string, Record<"median" | "q025", { value: number; se: number; within: Bounds }>>;
}
const intervals = golden<{
  B: number;
  classes: Record<"base" | "chat", GoldenClass> & {
    chat: { familyBootstrap: { families: string[]; columns: Record<string, MonteCarlo> } };
  };
}>("intervals");
const NAMES = ["base", "chat"] as const;
/** Of METHODS §5; of its 82 and 107 the limit is 81 and 107, and one run of 10 000 gives 79 to 84 and 106 to 107. */
const DISCOVERIES = { base: 107, chat: 82 };

/** A run of 10 000 agrees with 200 000 unless a bound leaves both the range that it is certain to stay in and four standard errors. */
function expectBound(found: number, expected: number, se: number, [low, high]: Bounds, what: string): void {
  const away = (found < low || found > high) && Math.abs(found - expected) > 4.1 * se + 1e-8;
  expect(away, `${what}: ${found}, golden ${expected} ± ${se}, ${low} to ${high}`).toBe(false);
}

function expectInterval(
  found: { low: number; high: number } | null,
  expected: Bounds | null,
  se: Bounds,
  within: [Bounds, Bounds],
  what: string,
): void {
  if (expected === null) {
    expect(found, what).toBeNull();
    return;
  }
  expectBound(found?.low as number, expected[0], se[0], within[0], `${what}, low`);
  expectBound(found?.high as number, expected[1], se[1], within[1], `${what}, high`);
}

interface GivenClass {
  models: string[];
  capability: string[];
  targets: string[];
  draws: GivenDraw[];
  familyDraws?: GivenDraw[];
}

/** Columns of a released file, read apart from the service. */
class ReleasedColumns {
  readonly #records: Record<string, string>[];
  readonly models: string[];

  constructor(className: string) {
    this.#records = parse(releasedFile(className), { columns: true });
    this.models = this.#records.map((record) => Object.values(record)[0] as string);
  }

  columns(names: readonly string[]): Float64Array[] {
    return names.map((name) =>
      Float64Array.from(this.#records, (record) => (record[name] === "" ? Number.NaN : Number(record[name]))),
    );
  }
}

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  await postReleased(service);
});
afterAll(() => service.close());

const ask = <Reply>(name: string, question: string, options: Record<string, string> = {}) =>
  service.json<Reply>(
    `/v1/matrices/released-${name}/${question}?${new URLSearchParams({ class: name, ...options })}`,
  );

describe.each(NAMES)("of the released %s matrix", (name) => {
  const { columns, summary, congruence } = intervals.classes[name];

  test("every interval and p is that of 200 000 independent resamples, within its Monte Carlo error", async () => {
    const { correlations, m } = await ask<{ correlations: CorrelationRow[]; m: number }>(
      name,
      "correlations",
    );
    expect(m).toBe(summary.nonCapability);
    for (const [benchmark, expected] of Object.entries(columns)) {
      const row = correlations.find((one) => one.benchmark === benchmark) as CorrelationRow;
      expectInterval(
        row.interval,
        expected.percentile,
        expected.percentileSe,
        expected.percentileWithin,
        benchmark,
      );
      expectInterval(row.intervals.bca, expected.bca, expected.bcaSe, expected.bcaWithin, `${benchmark} BCa`);
      const share = expected.usable / intervals.B;
      const error = 4.1 * Math.sqrt((share * (1 - share)) / 10_000) + 1e-8;
      expect(
        Math.abs((row.usableResamples ?? 0) / 10_000 - share),
        `${benchmark} usable`,
      ).toBeLessThanOrEqual(error);
      if (expected.permutation === undefined) continue;
      const mean = ((10_000 * expected.permutation.atLeast) / intervals.B + 1) / 10_001;
      const most = 4.5 * expected.permutation.pSe + 2e-4;
      expect(Math.abs((row.p as number) - mean), `${benchmark} p ${row.p}, golden ${mean}`).toBeLessThan(
        most,
      );
    }
  });

  test("as many correlations are discoveries as METHODS §5 counts, and no small one is called distinct", async () => {
    const { correlations } = await ask<{ correlations: CorrelationRow[] }>(name, "correlations");
    const outside = correlations.filter(({ kind }) => kind !== "capability");
    const found = outside.filter(({ q }) => q !== null && q <= 0.05).length;
    expect(Math.abs(found - DISCOVERIES[name])).toBeLessThanOrEqual(2);
    expect(Object.keys(summary.bhRuns)).toContain(String(found));
    const small = outside.filter(({ rho }) => rho !== null && Math.abs(rho) < 0.4);
    expect(small.length).toBe(summary.below04);
    expect(small.filter(({ verdict }) => verdict === "distinct")).toEqual([]);
  });

  test("every difference between PC1 and the mean has the interval and p of 200 000 independent resamples", async () => {
    const { benchmarks } = await ask<{
      benchmarks: { benchmark: string; interval: { low: number; high: number } | null; p: number | null }[];
    }>(name, "comparison");
    for (const [benchmark, { difference }] of Object.entries(columns)) {
      const row = benchmarks.find((one) => one.benchmark === benchmark);
      const { percentile, percentileSe, percentileWithin } = difference;
      expectInterval(
        row?.interval ?? null,
        percentile,
        percentileSe,
        percentileWithin,
        `difference of ${benchmark}`,
      );
      // Where too few resamples are usable for an interval, they are too few for a p as well.
      if (percentile === null) expect(row?.p).toBeNull();
      if (percentile === null || difference.p === null) continue;
      const most = 4.5 * difference.pSe + 4e-4;
      expect(Math.abs((row?.p as number) - difference.p), `p of ${benchmark}`).toBeLessThan(most);
    }
  });

  test.each(BASES)("dimension and congruence on the %s basis agree", async (basis) => {
    const { classes } = golden<{
      classes: Record<
        string,
        {
          bases: Record<
            string,
            {
              parallelAnalysis: {
                eigenvalues: number[];
                meanOfRuns: number[];
                se: number[];
                components: number;
              };
              leaveOneOut: Record<string, { explainedVariance: number; congruence: number }>;
            }
          >;
        }
      >;
    }>("dimension");
    const expected = classes[name]?.bases[basis];
    const found = await ask<{
      eigenvalues: { eigenvalue: number; nullQuantile: number }[];
      components: number;
      leaveOneBenchmarkOut: { benchmark: string; explainedVariance: number; congruence: number }[];
      congruence: { median: number; low: number };
    }>(name, "dimension", { basis });
    expect(found.components).toBe(expected?.parallelAnalysis.components);
    found.eigenvalues.forEach(({ eigenvalue, nullQuantile }, k) => {
      const { eigenvalues = [], meanOfRuns = [], se = [] } = expected?.parallelAnalysis ?? {};
      expectNear(eigenvalue, eigenvalues[k] as number, 1e-9, `eigenvalue ${k}`);
      expect(Math.abs(nullQuantile - (meanOfRuns[k] as number))).toBeLessThan(4 * (se[k] as number));
    });
    for (const { benchmark, explainedVariance, congruence: own } of found.leaveOneBenchmarkOut) {
      expectNear(
        explainedVariance,
        expected?.leaveOneOut[benchmark]?.explainedVariance ?? null,
        1e-9,
        benchmark,
      );
      expectNear(own, expected?.leaveOneOut[benchmark]?.congruence ?? null, 1e-9, benchmark);
    }
    const { median, q025 } = congruence[basis] as GoldenClass["congruence"][string];
    expectBound(found.congruence.median, median.value, median.se, median.within, "congruence, median");
    expectBound(found.congruence.low, q025.value, q025.se, q025.within, "congruence, low");
  });

  test("twenty given resamples have the weights, scores and correlations of 50-digit arithmetic", () => {
    const { classes } = golden<{ classes: Record<string, GivenClass> }>("draws");
    const given = classes[name] as GivenClass;
    const file = new ReleasedColumns(name);
    const mean = file
      .columns(given.capability)
      .reduce((sum, column) => sum.map((x, i) => x + (column[i] as number)));
    expect(file.models).toEqual(given.models);
    expect(given.draws.length).toBe(20);
    const sample = { capability: file.columns(given.capability), targets: file.columns(given.targets), mean };
    expectGivenDraws(sample, [...given.draws, ...(given.familyDraws ?? [])], name);
  });

  test("the jackknife and the acceleration of every column are those of scipy to 1e-9", () => {
    const { classes } = golden<{
      classes: Record<string, { jackknife: Record<string, { rho: (number | null)[]; a: number }> }>;
    }>("dependence");
    const file = new ReleasedColumns(name);
    const capability = file.columns(CAPABILITIES);
    const component = principalComponent(capability, "spearman");
    if (component.reason !== null) throw new Error(component.reason);
    const expected = Object.entries(classes[name]?.jackknife ?? {});
    const n = file.models.length;
    const rho = new Float64Array(expected.length * n);
    const design = {
      capabilities: sortedColumns(capability, n),
      basis: "spearman",
      weights: component.weights,
      scores: [scoreSource("pc1", component.scores)],
      targets: sortedColumns(file.columns(expected.map(([benchmark]) => benchmark)), n),
      correlation: "spearman",
    } as const;
    const draw = (i: number, into: Resample) => leaveOut(Int32Array.of(i), into);
    refittedCorrelations(design, { from: 0, to: n, draw }, { rho: [rho], congruence: null, stride: n });
    expect(expected.length).toBeGreaterThan(170);
    expected.forEach(([benchmark, { rho: values, a }], c) => {
      const own = rho.subarray(c * n, (c + 1) * n);
      own.forEach((value, i) => {
        expectNear(
          Number.isNaN(value) ? null : value,
          values[i] as number | null,
          1e-10,
          `${benchmark} without ${i}`,
        );
      });
      expectNear(accelerationOf(own), a, 1e-9, `acceleration of ${benchmark}`);
    });
  });

  test("the bend in the ranks is scipy's to 1e-9", async () => {
    const { classes } = golden<{
      classes: Record<string, { quadratic: Record<string, { p: number | null } | null> }>;
    }>("dependence");
    const { correlations } = await ask<{ correlations: CorrelationRow[] }>(name, "correlations", {
      resamples: "0",
    });
    for (const [benchmark, expected] of Object.entries(classes[name]?.quadratic ?? {})) {
      const row = correlations.find((one) => one.benchmark === benchmark);
      expectNear(row?.quadraticP ?? null, expected?.p ?? null, 1e-9, benchmark);
    }
  });
});

test("families drawn instead of models give the interval of all 24 310 ways of drawing nine families", async () => {
  const { families, columns } = intervals.classes.chat.familyBootstrap;
  const { classes } = golden<{ classes: Record<string, { families: Record<string, number[]> }> }>(
    "dependence",
  );
  const file = new ReleasedColumns("chat");
  const familyOf = new Map(
    Object.entries(classes.chat?.families ?? {}).flatMap(([family, rows]) =>
      rows.map((row) => [file.models[row] as string, family] as const),
    ),
  );
  const models = [...familyOf].map(([model, family]) => ({ model, family, class: "chat" }));
  const scores = file.models.flatMap((model, row) =>
    [...CAPABILITIES, ...Object.keys(columns)].map((benchmark) => ({
      model,
      benchmark,
      score: file.columns([benchmark])[0]?.[row] as number,
    })),
  );
  const present = scores.filter(({ score }) => !Number.isNaN(score));
  const reply = await service.post("families", { models, scores: present }, {}, capabilityQuery());
  expect(reply.statusCode, reply.body.slice(0, 500)).toBe(201);
  const found = await service.json<{
    correlations: CorrelationRow[];
    families: number;
    familyIcc: { score: number };
  }>("/v1/matrices/families/correlations?resampleBy=families");
  expect(found.families).toBe(families.length);
  for (const [benchmark, { percentile, percentileSe, percentileWithin }] of Object.entries(columns)) {
    const row = found.correlations.find((one) => one.benchmark === benchmark);
    expectInterval(row?.interval ?? null, percentile, percentileSe, percentileWithin, benchmark);
  }
  const dependence = golden<{
    classes: Record<string, { scoreRanksIcc: number; familyIcc: Record<string, { residuals: number }> }>;
  }>("dependence").classes.chat;
  expectNear(found.familyIcc.score, dependence?.scoreRanksIcc ?? null, 1e-9, "ICC of the score");
  for (const benchmark of Object.keys(columns)) {
    const row = found.correlations.find((one) => one.benchmark === benchmark);
    expectNear(
      row?.familyIcc,
      dependence?.familyIcc[benchmark]?.residuals ?? null,
      1e-9,
      `ICC of ${benchmark}`,
    );
  }
});

test("MT-Bench, chat, is what METHODS §5 prints", async () => {
  const { correlations } = await ask<{ correlations: CorrelationRow[] }>("chat", "correlations");
  const row = correlations.find(({ benchmark }) => benchmark === "MT_Bench") as CorrelationRow;
  expect(row.rho?.toFixed(3)).toBe("0.787");
  expect(Math.abs((row.interval?.low ?? 0) - 0.535)).toBeLessThanOrEqual(0.01);
  expect(Math.abs((row.interval?.high ?? 0) - 0.904)).toBeLessThanOrEqual(0.01);
  const { low, high } = row.intervals.bonettWright ?? {};
  expect([low?.toFixed(3), high?.toFixed(3), row.verdict]).toEqual(["0.535", "0.911", "entangled"]);
});

test("the number of models that a verdict takes is what METHODS §5 prints", async () => {
  const { correlations } = await ask<{ correlations: CorrelationRow[] }>("chat", "correlations", {
    resamples: "0",
  });
  const required = (benchmark: string) =>
    correlations.find((row) => row.benchmark === benchmark)?.requiredModels;
  expect(
    ["MT_Bench", "ethics_all", "wmdp_bio", "HarmBench-HumanJailbreaks-all", "bbq_amb"].map(required),
  ).toEqual([29, 23, 16, 845, 8328]);
});

function capabilityQuery(): string {
  return `?${new URLSearchParams(CAPABILITIES.map((capability): [string, string] => ["capability", capability]))}`;
}
