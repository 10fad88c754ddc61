import { DomainError } from "../errors.js";
import type { CorrelationMethod } from "../stats/correlation.js";
import { type RefitDesign, scoreSource } from "../stats/refitted-correlations.js";
import { RESAMPLED_SCORES } from "../stats/resampled-score.js";
import { sharedFloat64, sharedInt32 } from "../stats/shared-array.js";
import { sortedColumns } from "../stats/sorted-columns.js";
import { subsetCount } from "../stats/subset-count.js";
import { familyNumbers } from "./families.js";
import { cellsOf, type Fit } from "./fit.js";
import { byName, type FixedSample } from "./fixed-sample.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import type { Plan } from "./question.js";
import { sharedCopy, sharedIntegers } from "./shared-copy.js";

/** Samples of the reference band (METHODS §7), and random sets of a gaming percentile. */
export const BAND_SAMPLES = 200;
export const RANDOM_SETS = 10_000;
/** A correlation takes three models. */
export const LEAST_LEFT = 3;
/** Subsets beyond which bounds are searched for greedily (METHODS §7). */
const MOST_SUBSETS = 2_000_000;
/** Milliseconds of refits beyond which bounds with the score refitted are searched for greedily. */
const MOST_REFIT_MS = 2_000;
const REFITS_A_SEARCH_MS = 500;
export const MOST_BAND_MS = 40_000;
const MOST_SINGLE_REFIT_MS = 60_000;
const MOST_SETS_MS = 60_000;
/** Models that are dropped one by one beyond the exact bounds, to see when a statement falls. */
const MOST_STEPS = 500;
const PATH_MS = 1_000;
const PART_MS = 20;
const MOST_RANGES = 16;

/** What is asked about one benchmark. */
export interface SensitivityAsked {
  readonly drop: number;
  readonly refit: boolean;
  /** Size of a submitted model set; `null` without one. */
  readonly setSize: number | null;
  /** Whether to go beyond `drop` for the least k at which something changes. */
  readonly beyond: boolean;
  /** Milliseconds of one thread that the reference band may take. */
  readonly bandMs: number;
}

/** Bounds for one number of models dropped: slots `first` … `first` + `slots` − 1 hold what was found. */
export interface Search {
  readonly dropped: number;
  readonly exact: boolean;
  readonly first: number;
  readonly slots: number;
}

export type Direction = 1 | -1;
export type Task =
  | ({ readonly kind: "exact" | "refitted"; readonly search: number; readonly slot: number } & Range)
  | { readonly kind: "greedy"; readonly direction: Direction }
  | { readonly kind: "refittedGreedy"; readonly direction: Direction; readonly search: number }
  | { readonly kind: "path"; readonly direction: Direction }
  | ({ readonly kind: "band" | "sets" | "leaveOut" } & Range);
interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is refitted, on all models that have the score, and what is left out of it. */
export interface Refits {
  readonly design: RefitDesign;
  /** Rows of the design that have the benchmark, in the order of the sample. */
  readonly droppable: Int32Array;
  /** Each model of the sample alone, then each family: rows of the design. */
  readonly deletions: readonly Int32Array[];
  readonly rho: Float64Array;
  /** Refits that one greedy search may spend. */
  readonly fitsASearch: number;
}

/** All that a question about sensitivity computes in parts. */
export interface SensitivityPlan extends Plan {
  readonly seed: number;
  readonly method: CorrelationMethod;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
  readonly tasks: readonly Task[];
  readonly searches: readonly Search[];
  /** Slots × (low, high, nearest to 0, undefined subsets), and slots × (low, high) × `width` rows dropped. */
  readonly found: Float64Array;
  readonly rows: Int32Array;
  readonly width: number;
  /** Correlations along a greedy path down, then up. */
  readonly path: Float64Array;
  /** Numbers of models dropped that have a band, those of them that are exact; samples × numbers × (low, high). */
  readonly bandDrops: readonly { readonly dropped: number; readonly exact: boolean }[];
  readonly band: Float64Array;
  readonly setSize: number;
  readonly sets: Float64Array;
  readonly refits: Refits | null;
}

/**
 * Lays out the bounds for 1 … `drop` models dropped, their reference band, and what else is asked; `null` where there is no
 * correlation to be sensitive.
 *
 * @throws {DomainError} `invalid` where refits of single models, or random sets, would take minutes.
 */
export function sensitivityPlan(
  fitted: Fit,
  sample: FixedSample,
  asked: SensitivityAsked,
  options: ComputeOptions,
): SensitivityPlan | null {
  const { rho, x, y } = sample;
  if (rho === null) return null;
  const n = x.length;
  const { correlation: method, seed } = options;
  const refits = asked.refit ? refitsOf(fitted, sample, options) : null;
  const msAFit = refits === null ? 0 : refitMs(refits.design);
  const searches = searchesOf(n, { ...asked, refit: refits !== null }, msAFit);
  const dropped = searches.map((search) => search.dropped);
  const width = Math.max(1, ...dropped);
  const slots = searches.reduce((sum, search) => sum + search.slots, 0);
  const bandDrops = searches
    .filter((search) => search.dropped <= asked.drop)
    .map((search) => ({ dropped: search.dropped, exact: isExact(n, search.dropped) }));
  const sampleMs = bandSampleMs(n, bandDrops, method);
  const bandSamples = sampleMs * BAND_SAMPLES > asked.bandMs ? 0 : BAND_SAMPLES;
  const exactTo = exactlySearched(searches);
  const steps = Math.min(n - LEAST_LEFT, MOST_STEPS, Math.floor(PATH_MS / stepMs(n)));
  const pathSteps = asked.beyond && refits === null && exactTo < steps ? steps : 0;
  const sets = asked.setSize !== null && asked.setSize >= LEAST_LEFT ? RANDOM_SETS : 0;
  requireShort("model", RANDOM_SETS * setMs(n) * Math.sign(sets), MOST_SETS_MS);
  requireShort("refit", (refits?.deletions.length ?? 0) * msAFit, MOST_SINGLE_REFIT_MS);
  const tasks: Task[] = [
    ...searches.flatMap((search, at) => searchTasks(search, at, n, refits !== null)),
    ...(refits === null && searches.some(({ exact }) => !exact) ? bothWays("greedy") : []),
    ...(pathSteps > 0 ? bothWays("path") : []),
    ...stretches("band", bandDrops.length === 0 ? 0 : bandSamples, sampleMs),
    ...stretches("sets", sets, setMs(n)),
    ...stretches("leaveOut", refits?.deletions.length ?? 0, msAFit),
  ];
  return {
    parts: tasks.length,
    seed,
    method,
    x,
    y,
    rho,
    tasks,
    searches,
    found: sharedFloat64(4 * slots).fill(Number.NaN),
    rows: sharedInt32(2 * slots * width),
    width,
    path: sharedFloat64(2 * pathSteps).fill(Number.NaN),
    bandDrops,
    band: sharedFloat64(2 * bandSamples * bandDrops.length),
    setSize: asked.setSize ?? 0,
    sets: sharedFloat64(sets),
    refits,
  };
}

/** The greatest k up to which every bound is exact. */
export function exactlySearched(searches: readonly Search[]): number {
  const firstNot = searches.findIndex(({ exact }) => !exact);
  return firstNot < 0 ? searches.length : firstNot;
}

function isExact(n: number, k: number): boolean {
  return subsetCount(n, k) <= MOST_SUBSETS;
}

/** Exact while there are few enough subsets; beyond `drop` only with the score fixed, and only as long as it is exact. */
function searchesOf(n: number, { drop, refit, beyond }: SensitivityAsked, msAFit: number): Search[] {
  const searches: Search[] = [];
  let first = 0;
  for (let dropped = 1; dropped <= n - LEAST_LEFT; dropped++) {
    const count = subsetCount(n, dropped);
    const exact = isExact(n, dropped) && (!refit || count * msAFit <= MOST_REFIT_MS);
    const goesOn = beyond && !refit && exact && searches.every((search) => search.exact);
    if (dropped > drop && !goesOn) break;
    const ms = count * (refit ? msAFit : subsetMs(n, dropped, "pearson"));
    const slots = exact ? Math.max(1, Math.min(refit ? count : n, rangesFor(ms, refit))) : 1;
    searches.push({ dropped, exact, first, slots });
    first += slots;
  }
  return searches;
}

function rangesFor(ms: number, refit: boolean): number {
  return Math.min(refit ? Number.POSITIVE_INFINITY : MOST_RANGES, Math.ceil(ms / PART_MS));
}

function searchTasks(search: Search, at: number, n: number, refit: boolean): Task[] {
  const { exact, first, slots, dropped } = search;
  if (!exact) {
    return refit
      ? ([-1, 1] as const).map((direction) => ({ kind: "refittedGreedy", direction, search: at }))
      : [];
  }
  const count = subsetCount(n, dropped);
  const ranges = refit ? evenRanges(count, slots) : firstRowRanges(n, dropped, slots);
  const kind = refit ? ("refitted" as const) : ("exact" as const);
  return ranges.map((range, k) => ({ kind, search: at, slot: first + k, ...range }));
}

function evenRanges(count: number, parts: number): Range[] {
  return Array.from({ length: parts }, (_, k) => ({
    from: Math.floor((count * k) / parts),
    to: Math.floor((count * (k + 1)) / parts),
  }));
}

/** Ranges of a subset's first row that hold about equally many subsets; some may be empty. */
function firstRowRanges(n: number, k: number, parts: number): Range[] {
  const count = subsetCount(n, k);
  const startOf = (part: number) => {
    let row = 0;
    while (row < n && count - subsetCount(n - row, k) < (count * part) / parts) row += 1;
    return row;
  };
  const starts = Array.from({ length: parts + 1 }, (_, part) => (part === parts ? n : startOf(part)));
  return Array.from({ length: parts }, (_, part) => ({
    from: starts[part] as number,
    to: starts[part + 1] as number,
  }));
}

function bothWays(kind: "greedy" | "path"): Task[] {
  return ([-1, 1] as const).map((direction) => ({ kind, direction }));
}

function stretches(kind: "band" | "sets" | "leaveOut", count: number, ms: number): Task[] {
  const size = Math.max(1, Math.round(PART_MS / ms));
  return Array.from({ length: Math.ceil(count / size) }, (_, k) => ({
    kind,
    from: k * size,
    to: Math.min(count, (k + 1) * size),
  }));
}

/** What a refit of the score needs; models without the benchmark stay in it, as they are part of the score's class. */
function refitsOf(fitted: Fit, sample: FixedSample, { measure, correlation }: ComputeOptions): Refits | null {
  const name = RESAMPLED_SCORES.find((refitted) => refitted === measure) ?? null;
  if (name === null) return null;
  const score = scoring(fitted, measure);
  const rows = byName(fitted, (i) => !Number.isNaN(score.values[i]));
  const placeOf = new Map(rows.map((row, place) => [row, place]));
  const droppable = sharedIntegers(sample.rows.map((row) => placeOf.get(row) as number));
  const target = new Float64Array(rows.length).fill(Number.NaN);
  droppable.forEach((place, i) => {
    target[place] = sample.y[i] as number;
  });
  const design: RefitDesign = {
    capabilities: sortedColumns(
      fitted.used.map((j) => cellsOf(fitted.slice, j, rows)),
      rows.length,
    ),
    basis: fitted.basis,
    weights: sharedCopy(fitted.component?.weights ?? new Float64Array(0)),
    scores: [scoreSource(name, sharedCopy(Float64Array.from(rows, (i) => score.values[i] as number)))],
    targets: sortedColumns([target], rows.length),
    correlation,
  };
  const numbers = familyNumbers(rows.map((i) => fitted.slice.models[i] as FixedSample["models"][number]));
  const families = declaredFamilies(sample).map((family) => {
    const member = sample.models.findIndex((model) => model.family === family);
    const number = numbers[droppable[member] as number];
    return Int32Array.from(numbers.keys()).filter((row) => numbers[row] === number);
  });
  const deletions = [...[...droppable].map((place) => Int32Array.of(place)), ...families];
  const fitsASearch = Math.floor(REFITS_A_SEARCH_MS / refitMs(design));
  return { design, droppable, deletions, rho: sharedFloat64(deletions.length), fitsASearch };
}

/** Families that a model of the sample declares, by name. */
export function declaredFamilies({ models }: FixedSample): string[] {
  return [...new Set(models.flatMap(({ family }) => (family === null ? [] : [family])))].sort();
}

/** Milliseconds of one refit, roughly. */
function refitMs({ capabilities: { columns: p, rows: n } }: RefitDesign): number {
  return (n * (20 + p * (p / 2 + 20)) + 40 * p * p) / 1e6;
}

/** Of one subset in an exact search; with two models the tables of a large sample are walked row by row. */
function subsetMs(n: number, k: number, method: CorrelationMethod): number {
  if (k <= 2) return 30 / 1e6;
  return (method === "pearson" ? 50 : 20) / 1e6 + (n > 64 ? 20 / 1e6 : 0);
}

function stepMs(n: number): number {
  return (n * 20 + 200) / 1e6;
}

function setMs(n: number): number {
  return (n * 30 + 500) / 1e6;
}

function bandSampleMs(
  n: number,
  drops: readonly { dropped: number; exact: boolean }[],
  method: CorrelationMethod,
): number {
  const searched = drops.map(({ dropped, exact }) =>
    exact ? subsetCount(n, dropped) * subsetMs(n, dropped, method) : 8 * (dropped + 1) * stepMs(n),
  );
  return searched.reduce((sum, ms) => sum + ms, (n * 500 + 30_000) / 1e6);
}

function requireShort(parameter: string, ms: number, most: number): void {
  if (ms <= most) return;
  const message = `this would take some ${Math.ceil(ms / 1_000)} s of one thread with so many models; ask about fewer`;
  throw new DomainError("invalid", `${parameter}: ${message}`, [{ parameter, message }]);
}
