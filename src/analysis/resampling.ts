import { DomainError } from "../errors.js";
import type { Model } from "../matrix/score-matrix.js";
import type { CorrelationMethod } from "../stats/correlation.js";
import { nullEigenvalues } from "../stats/parallel-analysis.js";
import { countExtremePermutations } from "../stats/permutation-test.js";
import { RandomStream } from "../stats/philox.js";
import { type RefitDesign, refittedCorrelations, scoreSource } from "../stats/refitted-correlations.js";
import { type Clusters, drawClusters, drawRows, leaveOut, type Resample } from "../stats/resample.js";
import { RESAMPLED_SCORES, type ResampledScoreName } from "../stats/resampled-score.js";
import { sharedFloat64, sharedInt32, sharedRange } from "../stats/shared-array.js";
import { sortedColumns } from "../stats/sorted-columns.js";
import { familyClusters } from "./families.js";
import { cellsOf, type Fit } from "./fit.js";
import { type Measure, scoring } from "./measure.js";
import type { Needs } from "./needs.js";
import type { ComputeOptions } from "./options.js";

/** A stretch of one kind of resampling: resamples, deletions, permutations or random matrices from … to − 1. */
interface Part {
  readonly kind: "bootstrap" | "jackknife" | "permutation" | "nullMatrix";
  readonly from: number;
  readonly to: number;
}

/**
 * Everything that is random about an answer, laid out so that any thread may do any part in any order: inputs and
 * disjoint outputs lie on shared memory, and every resample has random numbers of its own.
 */
export interface Resampling {
  readonly seed: number;
  readonly resamples: number;
  readonly design: RefitDesign;
  /** Rows of the slice, in the order of the design. */
  readonly rows: readonly number[];
  /** In the order of the design's scores. */
  readonly measures: readonly Measure[];
  /** Columns of the slice that are targets of the design. */
  readonly columns: readonly number[];
  readonly clusters: Clusters | null;
  /** What a jackknife leaves out: each model, or each family. */
  readonly deletions: Clusters;
  readonly parts: readonly Part[];
  /** One a measure: targets × resamples, and targets × deletions. */
  readonly replicates: readonly Float64Array[];
  readonly jackknife: readonly Float64Array[];
  readonly congruence: Float64Array | null;
  /** Parts × targets: permutations at least as extreme as the data, 0 for other parts. */
  readonly extreme: Int32Array;
  /** Random matrices × used capability benchmarks. */
  readonly nullEigenvalues: Float64Array;
}

/** A part is to take about this long, so that progress shows and a cancelled answer stops soon. */
const PART_MS = 30;
const MOST_BYTES = 512 * 2 ** 20;
const LEAST_ROWS = 3;

/** Each deletion is a refit: beyond this many models the jackknife, and BCa with it, would cost more than all resamples. */
const MOST_DELETIONS = 1_000;

/** Lays out what the question needs; `null` where nothing can be resampled: no score, fewer than three models, or `resamples=0`. */
export function resamplingOf(fitted: Fit, options: ComputeOptions, needs: Needs): Resampling | null {
  const { resamples, seed } = options;
  const found = needs.measures
    .map((measure) => ({ measure, scored: scoring(fitted, measure) }))
    .filter(({ scored }) => scored.reason === null);
  const rows = drawnRows(
    fitted,
    found.map(({ scored }) => scored.values),
  );
  if (resamples === 0 || rows.length < LEAST_ROWS || (found.length === 0 && needs.nullMatrices === 0))
    return null;
  const at = (values: Float64Array) => Float64Array.from(rows, (i) => values[i] as number);
  const measures = found.map(({ measure }) => measure);
  const columns = targetsOf(fitted, rows, needs.targets);
  const models = rows.map((i) => fitted.slice.models[i] as Model);
  const design: RefitDesign = {
    capabilities: sortedColumns(refittedColumns(fitted, measures, rows), rows.length),
    basis: fitted.basis,
    weights: shared(fitted.component?.weights ?? new Float64Array(0)),
    scores: found.map(({ measure, scored }) => scoreSource(refittedName(measure), shared(at(scored.values)))),
    targets: sortedColumns(
      columns.map((j) => at(fitted.slice.columns[j] as Float64Array)),
      rows.length,
      options.correlation === "pearson" ? "values" : "ranks",
    ),
    correlation: options.correlation,
  };
  const clusters = options.resampleBy === "families" ? familyClusters(models) : null;
  const deletions = deletionsOf(clusters, rows.length);
  const count = deletions.start.length - 1;
  requireAffordable(columns.length * measures.length * (resamples + count));
  const parts = partsOf(design, needs, { resamples, deletions: count, used: fitted.used.length });
  return {
    seed,
    resamples,
    design,
    rows,
    measures,
    columns,
    clusters,
    deletions,
    parts,
    replicates: measures.map(() => sharedFloat64(columns.length * resamples)),
    jackknife: measures.map(() => sharedFloat64(columns.length * count)),
    congruence: needs.congruence ? sharedFloat64(resamples) : null,
    extreme: sharedInt32(parts.length * columns.length),
    nullEigenvalues: sharedFloat64(needs.nullMatrices * fitted.used.length),
  };
}

/** Does one part, on whichever thread. */
export function resamplePart(resampling: Resampling, number: number): void {
  const { kind, from, to } = resampling.parts[number] as Part;
  const { design, resamples, seed, deletions } = resampling;
  if (kind === "bootstrap") {
    const out = { rho: resampling.replicates, congruence: resampling.congruence, stride: resamples };
    refittedCorrelations(design, { from, to, draw: drawsOf(resampling) }, out);
  } else if (kind === "jackknife") {
    const { start, members } = deletions;
    const out = { rho: resampling.jackknife, congruence: null, stride: start.length - 1 };
    const draw = (g: number, into: Resample) => leaveOut(members.subarray(start[g], start[g + 1]), into);
    refittedCorrelations(design, { from, to, draw }, out);
  } else if (kind === "permutation") {
    const { targets, correlation, scores } = design;
    const score = scores[0]?.values as Float64Array;
    const width = targets.columns;
    const counts = resampling.extreme.subarray(number * width, (number + 1) * width);
    const stream = new RandomStream(seed, "permutation");
    countExtremePermutations({ score, targets, correlation }, stream, { from, to }, counts);
  } else {
    const { rows, columns: p } = design.capabilities;
    const stream = new RandomStream(seed, "parallelAnalysis");
    for (let b = from; b < to; b++) {
      resampling.nullEigenvalues.set(nullEigenvalues(stream.at(b), rows, p, design.basis), b * p);
    }
  }
}

/** Fills a resample with draw b: the same one for every statistic that asks. */
export function drawsOf({ seed, clusters }: Pick<Resampling, "seed" | "clusters">) {
  const stream = new RandomStream(seed, "bootstrap");
  return (b: number, into: Resample): void =>
    clusters === null ? drawRows(stream.at(b), into) : drawClusters(stream.at(b), clusters, into);
}

/**
 * The models that have every score (a named benchmark may be missing where the fit is not, or the other way round), by
 * name: the draws then do not depend on the order in which models were posted.
 */
export function drawnRows({ slice, rows }: Fit, scores: readonly Float64Array[]): readonly number[] {
  const complete = slice.models.flatMap((_, i) =>
    scores.every((values) => !Number.isNaN(values[i])) ? [i] : [],
  );
  const name = (i: number) => slice.models[i]?.model as string;
  return [...(scores.length === 0 ? rows : complete)].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** Columns that enough of the models have. */
function targetsOf({ slice }: Fit, rows: readonly number[], which: Needs["targets"]): number[] {
  const first = which === "all" ? 0 : slice.columns.length - (which === "last" ? 1 : 0);
  return slice.columns.flatMap((column, j) =>
    j >= first && rows.filter((i) => !Number.isNaN(column[i])).length >= LEAST_ROWS ? [j] : [],
  );
}

/** The columns that a score is refitted from; none where every score is fixed, since rows may then lack some. */
export function refittedColumns(
  fitted: Fit,
  measures: readonly Measure[],
  rows: readonly number[],
): Float64Array[] {
  if (measures.length > 0 && measures.every((measure) => refittedName(measure) === null)) return [];
  return fitted.used.map((j) => cellsOf(fitted.slice, j, rows));
}

export function refittedName(measure: Measure): ResampledScoreName | null {
  return RESAMPLED_SCORES.find((name) => name === measure) ?? null;
}

/** Each model, or each family; none where there are too many. */
function deletionsOf(clusters: Clusters | null, rows: number): Clusters {
  const each = clusters ?? { start: sharedRange(rows + 1), members: sharedRange(rows) };
  return each.start.length - 1 > MOST_DELETIONS ? { start: sharedInt32(1), members: sharedInt32(0) } : each;
}

export function shared(values: Float64Array): Float64Array {
  const copy = sharedFloat64(values.length);
  copy.set(values);
  return copy;
}

export function requireAffordable(numbers: number): void {
  if (numbers * 8 <= MOST_BYTES) return;
  const message = `${Math.round((numbers * 8) / 2 ** 20)} MiB of replicates are more than the ${MOST_BYTES / 2 ** 20} that one answer may hold: lower resamples`;
  throw new DomainError("invalid", `resamples: ${message}`, [{ parameter: "resamples", message }]);
}

/** Nanoseconds that one correlation costs a row, roughly. */
const NS_A_ROW: Record<CorrelationMethod, number> = { spearman: 2, pearson: 15, kendall: 40 };

/** Nanoseconds of one resample, roughly. */
export function refitCost(
  correlation: CorrelationMethod,
  { rows, capabilities: p, targets }: { rows: number; capabilities: number; targets: number },
): number {
  return rows * (targets * NS_A_ROW[correlation] + p * (p / 4 + 10)) + 40 * p * p;
}

function partsOf(
  { capabilities: { columns: p }, targets: { rows, columns }, scores, correlation }: RefitDesign,
  { permutations, nullMatrices }: Needs,
  { resamples, deletions, used }: { resamples: number; deletions: number; used: number },
): Part[] {
  const refit = refitCost(correlation, { rows, capabilities: p, targets: columns * scores.length });
  const permute = rows * (columns * (correlation === "kendall" ? NS_A_ROW.kendall : 1) + 20);
  const decompose = used * used * (rows + 20 * used) + 200 * used * rows;
  const any = scores.length > 0;
  return [
    ...stretches("bootstrap", any ? resamples : 0, refit),
    ...stretches("jackknife", any ? deletions : 0, refit),
    ...stretches("permutation", permutations && any ? resamples : 0, permute),
    ...stretches("nullMatrix", nullMatrices, decompose),
  ];
}

/** Multiples of four, which is how many resamples go through the columns together. */
function stretches(kind: Part["kind"], count: number, nanoseconds: number): Part[] {
  const size = Math.max(4, 4 * Math.round((PART_MS * 1e6) / nanoseconds / 4));
  return Array.from({ length: Math.ceil(count / size) }, (_, k) => ({
    kind,
    from: k * size,
    to: Math.min(count, (k + 1) * size),
  }));
}
