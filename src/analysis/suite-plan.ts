import { DomainError } from "../errors.js";
import type { Kind, Model } from "../matrix/score-matrix.js";
import type { Suite } from "../stats/best-suites.js";
import { isConstant } from "../stats/sample.js";
import { climbSuites, exhaustSuites, startsOf } from "../stats/search-suites.js";
import { sharedFloat64, sharedUint8 } from "../stats/shared-array.js";
import { type SuiteCandidates, SuiteSample } from "../stats/suite-sample.js";
import { aggregatesOf, isWithin } from "./aggregates.js";
import type { Fit } from "./fit.js";
import type { Scoring } from "./measure.js";
import type { Plan } from "./question.js";
import { type Folds, suiteFolds } from "./suite-folds.js";

/** METHODS §10: beyond so many suites they are not all tried. */
const MOST_TRIED = 2_000_000;
/** Some 20 ms of suites, times models. */
const TRIED_A_PART = 1_000_000;
const STARTS = 24;
const CLIMBS_A_PART = 160;
const MOST_CANDIDATES = 500;
/** Suites that are kept, of each search. */
export const MOST_SUITES = 10;

export interface SuitePlan extends Plan {
  readonly size: number;
  readonly exhaustive: boolean;
  /** Suites of this size among the candidates, whether tried or not. */
  readonly possible: number;
  /** Columns of the slice that may stand in a suite, by name; and the rows that have the score, by name. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly incomplete: readonly number[];
  readonly candidates: SuiteCandidates;
  readonly folds: Folds;
  /** Of each part: which fold is held out (−1: none) and which stretch of first members or of starts it takes. */
  readonly tasks: readonly { readonly fold: number; readonly from: number; readonly to: number }[];
  /** Parts × suites × (ρ, α, members); NaN after the last. */
  readonly found: Float64Array;
}

export interface SuitesAsked {
  readonly kinds: readonly Kind[];
  readonly size: number;
}

/** Lays out the searches, on all models and with each fold held out; `null` where there are too few models or benchmarks. */
export function suitePlan(fitted: Fit, score: Scoring, asked: SuitesAsked): SuitePlan | null {
  const { size } = asked;
  const rows = scoredRows(fitted, score);
  const { columns, incomplete } = candidateColumns(fitted, rows, asked.kinds);
  if (rows.length < 3 || columns.length < size) return null;
  requireAffordable(columns.length);
  const folds = suiteFolds(rows.map((i) => fitted.slice.models[i] as Model));
  const possible = choose(columns.length, size);
  const exhaustive = possible <= MOST_TRIED;
  const stretches = exhaustive
    ? firstMembers(columns.length, size, TRIED_A_PART / rows.length)
    : startStretches(Math.max(1, Math.round(CLIMBS_A_PART / rows.length)));
  const tasks = Array.from({ length: folds.count + 1 }, (_, f) => f - 1).flatMap((fold) =>
    stretches.map(([from, to]) => ({ fold, from, to })),
  );
  return {
    parts: tasks.length,
    size,
    exhaustive,
    possible,
    columns,
    rows,
    incomplete,
    candidates: candidatesOf(fitted, score, columns, rows),
    folds,
    tasks,
    found: sharedFloat64(tasks.length * MOST_SUITES * (size + 2)).fill(Number.NaN),
  };
}

/** Searches one stretch of one fold. */
export function suitePart(plan: SuitePlan, part: number): void {
  const { size, exhaustive, tasks, found } = plan;
  const { fold, from, to } = tasks[part] as SuitePlan["tasks"][number];
  const sample = sampleWithout(plan, fold);
  const search = { size, most: MOST_SUITES };
  const suites = exhaustive
    ? exhaustSuites(sample, search, from, Math.min(to, sample.usable.length))
    : climbSuites(sample, search, startsOf(sample, STARTS).slice(from, to));
  suites.forEach(({ rho, alpha, members }, k) => {
    found.set([rho, alpha, ...members], (part * MOST_SUITES + k) * (size + 2));
  });
}

/** The suites that a part found, best first. */
export function suitesFound({ found, size }: SuitePlan, part: number): Suite[] {
  const width = size + 2;
  return Array.from({ length: MOST_SUITES }, (_, k) => {
    const at = (part * MOST_SUITES + k) * width;
    const [rho, alpha, ...members] = found.subarray(at, at + width);
    return { rho: rho as number, alpha: alpha as number, members };
  }).filter(({ rho }) => !Number.isNaN(rho));
}

/** The candidates over the models that a fold leaves. */
export function sampleWithout({ candidates, folds }: SuitePlan, fold: number): SuiteSample {
  const all = Int32Array.from({ length: candidates.models }, (_, i) => i);
  return new SuiteSample(
    candidates,
    all.filter((i) => folds.foldOf[i] !== fold),
  );
}

function scoredRows({ slice }: Fit, { values, reason }: Scoring): number[] {
  const name = (i: number) => slice.models[i]?.model as string;
  const scored = reason === null ? [...values.keys()].filter((i) => !Number.isNaN(values[i])) : [];
  return scored.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** Of the kinds asked for, not part of the score, varying, and taken by every model that has a score. */
function candidateColumns({ slice, capabilities }: Fit, rows: readonly number[], kinds: readonly Kind[]) {
  const cells = (j: number) => rows.map((i) => slice.columns[j]?.[i] as number);
  const ofKind = slice.benchmarks.flatMap(({ kind }, j) =>
    kinds.includes(kind) && !capabilities.includes(j) ? [j] : [],
  );
  const taken = ofKind.filter((j) => cells(j).some((x) => !Number.isNaN(x)));
  const complete = taken.filter((j) => cells(j).every((x) => !Number.isNaN(x)));
  const name = (j: number) => slice.benchmarks[j]?.benchmark as string;
  return {
    columns: complete.filter((j) => !isConstant(cells(j))).sort((a, b) => (name(a) < name(b) ? -1 : 1)),
    incomplete: taken.filter((j) => !complete.includes(j)),
  };
}

function candidatesOf(
  { slice }: Fit,
  score: Scoring,
  columns: readonly number[],
  rows: readonly number[],
): SuiteCandidates {
  const [m, n] = [columns.length, rows.length];
  const aggregates = aggregatesOf(slice);
  const candidates = {
    models: n,
    benchmarks: m,
    values: sharedFloat64(m * n),
    score: sharedFloat64(n),
    excluded: sharedUint8(m * m),
  };
  candidates.score.set(rows.map((i) => score.values[i] as number));
  columns.forEach((j, a) => {
    candidates.values.set(
      rows.map((i) => slice.columns[j]?.[i] as number),
      a * n,
    );
    columns.forEach((k, b) => {
      candidates.excluded[a * m + b] = isWithin(aggregates, j, k) ? 1 : 0;
    });
  });
  return candidates;
}

function requireAffordable(candidates: number): void {
  if (candidates <= MOST_CANDIDATES) return;
  const message = `${candidates} benchmarks to choose from are more than ${MOST_CANDIDATES}: name another kind`;
  throw new DomainError("invalid", `kind: ${message}`, [{ parameter: "kind", message }]);
}

/** Stretches of first members with about equally many suites. */
function firstMembers(benchmarks: number, size: number, most: number): [number, number][] {
  const stretches: [number, number][] = [];
  let [from, tried] = [0, 0];
  for (let first = 0; first < benchmarks; first++) {
    tried += choose(benchmarks - 1 - first, size - 1);
    if (tried < most && first < benchmarks - 1) continue;
    stretches.push([from, first + 1]);
    [from, tried] = [first + 1, 0];
  }
  return stretches;
}

function startStretches(length: number): [number, number][] {
  return Array.from({ length: Math.ceil(STARTS / length) }, (_, k) => [
    k * length,
    Math.min(STARTS, (k + 1) * length),
  ]);
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return n < k ? 0 : Math.round(ways);
}
