import type { GroupedDesign } from "../stats/grouped-gamma-test.js";
import { GroupedGammaTest } from "../stats/grouped-gamma-test.js";
import { RandomStream } from "../stats/philox.js";
import { type PartialDesign, refittedPartials } from "../stats/refitted-partials.js";
import type { Clusters } from "../stats/resample.js";
import { sharedFloat64, sharedInt32 } from "../stats/shared-array.js";
import type { AdjustedDesign } from "./adjusted-design.js";
import { familyClusters } from "./families.js";
import type { Fit } from "./fit.js";
import type { ComputeOptions } from "./options.js";
import type { Plan } from "./question.js";
import { drawsOf, requireAffordable } from "./resampling.js";

/** The random part of an answer about confounding: partial correlations resampled, values arranged within families. */
export interface ConfoundingPlan extends Plan {
  readonly seed: number;
  readonly stretches: readonly Stretch[];
  readonly bootstrap: Bootstrap | null;
  readonly arrangements: Arrangements | null;
}

interface Stretch {
  readonly kind: "bootstrap" | "arrangements";
  readonly from: number;
  readonly to: number;
}

interface Bootstrap {
  readonly design: PartialDesign;
  /** Columns of the slice, as the design's targets. */
  readonly columns: readonly number[];
  readonly resamples: number;
  readonly clusters: Clusters | null;
  /** Targets × resamples. */
  readonly replicates: Float64Array;
}

export interface Arrangements {
  readonly design: GroupedDesign;
  /** Columns of the slice, as the design's targets. */
  readonly columns: readonly number[];
  readonly count: number;
  /** Stretches × targets: arrangements at least as extreme as the data; 0 for stretches of another kind. */
  readonly extreme: Int32Array;
}

const PART_NS = 20e6;

/** Lays out both; `null` for what there is nothing of. */
export function confoundingPlan(
  fit: Fit,
  adjusted: AdjustedDesign | null,
  arrangements: Omit<Arrangements, "extreme"> | null,
  options: ComputeOptions,
): ConfoundingPlan {
  const bootstrap = adjusted === null ? null : bootstrapOf(fit, adjusted, options);
  const stretches = [
    ...(bootstrap === null ? [] : stretchesOf("bootstrap", bootstrap.resamples, costOfResample(bootstrap))),
    ...(arrangements === null
      ? []
      : stretchesOf("arrangements", arrangements.count, costOfArrangement(arrangements))),
  ];
  const counted =
    arrangements === null
      ? null
      : { ...arrangements, extreme: sharedInt32(stretches.length * arrangements.columns.length) };
  return { parts: stretches.length, seed: options.seed, stretches, bootstrap, arrangements: counted };
}

/** Does one part, on whichever thread. */
export function confoundingPart(
  { seed, stretches, bootstrap, arrangements }: ConfoundingPlan,
  part: number,
): void {
  const { kind, from, to } = stretches[part] as Stretch;
  if (kind === "bootstrap" && bootstrap !== null) {
    const { design, clusters, resamples, replicates } = bootstrap;
    const draw = drawsOf({ seed, clusters });
    refittedPartials(design, { from, to, draw }, { rho: replicates, stride: resamples });
  } else if (arrangements !== null) {
    const { design, columns, extreme } = arrangements;
    const counts = extreme.subarray(part * columns.length, (part + 1) * columns.length);
    new GroupedGammaTest(design).run(new RandomStream(seed, "withinGroups"), from, to, counts);
  }
}

/** By column of the slice: its partial correlation in every resample, NaN where undefined; `null` where it was not resampled. */
export function partialReplicates(plan: ConfoundingPlan | null): (column: number) => Float64Array | null {
  const bootstrap = plan?.bootstrap ?? null;
  if (bootstrap === null) return () => null;
  const { replicates, resamples, columns } = bootstrap;
  const targetOf = new Map(columns.map((column, target) => [column, target]));
  return (column) => {
    const target = targetOf.get(column);
    return target === undefined ? null : replicates.subarray(target * resamples, (target + 1) * resamples);
  };
}

/** By column of the slice: (as extreme + 1)/(arrangements + 1); `null` where nothing was arranged. */
export function arrangedP(plan: ConfoundingPlan | null): (column: number) => number | null {
  const arrangements = plan?.arrangements ?? null;
  if (arrangements === null) return () => null;
  const { extreme, columns, count } = arrangements;
  const width = columns.length;
  const sums = new Float64Array(width);
  for (let at = 0; at < extreme.length; at++)
    sums[at % width] = (sums[at % width] as number) + (extreme[at] as number);
  const pOf = new Map(
    columns.map((column, target) => [column, ((sums[target] as number) + 1) / (count + 1)]),
  );
  return (column) => pOf.get(column) ?? null;
}

function bootstrapOf(
  { slice }: Fit,
  { design, rows, columns }: AdjustedDesign,
  { resamples, resampleBy }: ComputeOptions,
): Bootstrap | null {
  if (resamples === 0 || columns.length === 0) return null;
  requireAffordable(columns.length * resamples);
  const models = rows.flatMap((i) => slice.models[i] ?? []);
  return {
    design,
    columns,
    resamples,
    clusters: resampleBy === "families" ? familyClusters(models) : null,
    replicates: sharedFloat64(columns.length * resamples),
  };
}

/** Nanoseconds, roughly: the refit, the covariates of each pattern, and each target. */
function costOfResample({ design: { capabilities, covariates, targets } }: Bootstrap): number {
  const { rows, columns, patterns } = targets;
  const p = capabilities.columns;
  const g = covariates.ranked.columns + covariates.indicators.length;
  return rows * (p * (p / 2 + 20) + patterns * (20 + 10 * g * g) + columns * (12 + 3 * g)) + 40 * p * p;
}

function costOfArrangement({ design: { targets, groups } }: Omit<Arrangements, "extreme">): number {
  const sizes = new Map<number, number>();
  for (const g of groups) if (g >= 0) sizes.set(g, (sizes.get(g) ?? 0) + 1);
  const pairs = [...sizes.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  return targets.columns * (2 * pairs + 2 * targets.rows) + 20 * targets.rows * targets.patterns;
}

function stretchesOf(kind: Stretch["kind"], count: number, nanoseconds: number): Stretch[] {
  const size = Math.max(1, Math.round(PART_NS / nanoseconds));
  return Array.from({ length: Math.ceil(count / size) }, (_, k) => ({
    kind,
    from: k * size,
    to: Math.min(count, (k + 1) * size),
  }));
}
