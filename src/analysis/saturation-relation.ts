import * as z from "zod";
import { percentileInterval } from "../stats/bootstrap-intervals.js";
import { emptyResample } from "../stats/resample.js";
import {
  RepeatedRelation,
  relationOf,
  resampledHeadroom,
  resampledReliability,
  type SaturationDesign,
} from "../stats/saturation-relation.js";
import { sharedFloat64, sharedInt32 } from "../stats/shared-array.js";
import { interval, nullableNumber } from "./answer.js";
import type { Fit } from "./fit.js";
import { enough, usable } from "./inference.js";
import type { ComputeOptions } from "./options.js";
import type { Plan } from "./question.js";
import { drawsOf, type Resampling, resamplePart, resamplingOf } from "./resampling.js";
import { limitsOf, type SaturationRow } from "./saturation-row.js";
import { standardErrorsOf } from "./standard-errors.js";

const association = z.object({
  n: z.number().int().meta({ description: "Benchmarks" }),
  spearman: nullableNumber.meta({
    description: "Of |ρ| and headroom: below 0, less correlated ones have more room",
  }),
  interval: interval.nullable().meta({ description: "Percentile, over resamples of the models" }),
  usableResamples: z.number().int().nullable(),
  reason: z.string().nullable(),
});
export type Association = z.infer<typeof association>;
export const relationFields = z.object({
  ...association.shape,
  outsideScore: association.meta({
    description: "Without the parts of the score, which correlate with it by construction",
  }),
  disattenuated: association.meta({ description: "With noise taken out of ρ: a ceiling lowers ρ by itself" }),
  disattenuatedOutsideScore: association,
  aggregates: z.array(z.string()).meta({ description: "Left out: their parts are in the matrix" }),
});
export type Relation = z.infer<typeof relationFields>;

/** The four ways in which the relation is taken. */
const VARIANTS = [
  { name: "all", outsideScore: false, disattenuated: false },
  { name: "outsideScore", outsideScore: true, disattenuated: false },
  { name: "disattenuated", outsideScore: false, disattenuated: true },
  { name: "disattenuatedOutsideScore", outsideScore: true, disattenuated: true },
] as const;

/** Everything that the relation's bootstrap reads and writes. */
export interface RelationPlan extends Plan {
  readonly resampling: Resampling;
  readonly design: SaturationDesign;
  /** Target numbers of the resampling, one a benchmark of the design. */
  readonly targets: readonly number[];
  /** Which benchmarks of the design each variant takes. */
  readonly members: readonly (readonly number[])[];
  /** One a variant, one value a resample. */
  readonly replicates: readonly Float64Array[];
}

/** Lays out the bootstrap of the relation; `null` where nothing can be resampled. */
export function relationPlan(
  fitted: Fit,
  rows: readonly SaturationRow[],
  options: ComputeOptions,
): RelationPlan | null {
  const resampling = resamplingOf(fitted, options, {
    measures: [options.measure],
    targets: "all",
    permutations: false,
    congruence: false,
    nullMatrices: 0,
  });
  if (resampling === null) return null;
  const targetOf = new Map(resampling.columns.map((column, target) => [column, target]));
  const columns = [...rows.keys()].filter((j) => isIn(rows[j] as SaturationRow, false) && targetOf.has(j));
  const isMember = (j: number, variant: (typeof VARIANTS)[number]) => {
    const row = rows[j] as SaturationRow;
    return isIn(row, variant.disattenuated) && !(variant.outsideScore && fitted.capabilities.includes(j));
  };
  return {
    parts: resampling.parts.length,
    resampling,
    design: designOf(fitted, columns, resampling.rows),
    targets: columns.map((j) => targetOf.get(j) as number),
    members: VARIANTS.map((variant) => columns.flatMap((j, c) => (isMember(j, variant) ? [c] : []))),
    replicates: VARIANTS.map(() => sharedFloat64(resampling.resamples)),
  };
}

/** Resamples a stretch and takes the relation in each, with every headroom, reliability and ρ of that resample. */
export function relationPart(plan: RelationPlan, part: number): void {
  const { resampling, design, targets, members, replicates } = plan;
  resamplePart(resampling, part);
  const stretch = resampling.parts[part];
  if (stretch?.kind !== "bootstrap") return;
  const draw = drawsOf(resampling);
  const resample = emptyResample(design.rows);
  const [rho, room, clean] = [0, 1, 2].map(() => new Float64Array(targets.length)) as Three;
  const ways = members.map((chosen) => ({
    chosen,
    relation: new RepeatedRelation(chosen.length),
    x: new Float64Array(chosen.length),
    y: new Float64Array(chosen.length),
  }));
  const all = resampling.replicates[0] as Float64Array;
  const anyClean = members.some((chosen, v) => VARIANTS[v]?.disattenuated === true && chosen.length > 0);
  for (let b = stretch.from; b < stretch.to; b++) {
    draw(b, resample);
    targets.forEach((target, c) => {
      rho[c] = all[target * resampling.resamples + b] as number;
      room[c] = resampledHeadroom(design, c, resample);
      if (anyClean) clean[c] = (rho[c] as number) / Math.sqrt(resampledReliability(design, c, resample));
    });
    ways.forEach(({ chosen, relation, x, y }, v) => {
      const from = VARIANTS[v]?.disattenuated === true ? clean : rho;
      chosen.forEach((c, k) => {
        x[k] = from[c] as number;
        y[k] = room[c] as number;
      });
      (replicates[v] as Float64Array)[b] = relation.of(x, y);
    });
  }
}

type Three = [Float64Array, Float64Array, Float64Array];

/** The relation and its intervals. */
export function relationFrom(
  fitted: Fit,
  rows: readonly SaturationRow[],
  plan: RelationPlan | null,
  level: number,
): Relation {
  const [all, outsideScore, disattenuated, disattenuatedOutsideScore] = VARIANTS.map((variant, v) => {
    const chosen = rows.filter(
      (row, j) =>
        isIn(row, variant.disattenuated) && !(variant.outsideScore && fitted.capabilities.includes(j)),
    );
    return associationOf(chosen, variant.disattenuated, plan?.replicates[v] ?? null, level);
  }) as [Association, Association, Association, Association];
  const aggregates = rows.filter(({ aggregate }) => aggregate).map(({ benchmark }) => benchmark);
  return { ...all, outsideScore, disattenuated, disattenuatedOutsideScore, aggregates };
}

function isIn(row: SaturationRow, disattenuated: boolean): boolean {
  return !row.aggregate && row.headroom !== null && (disattenuated ? row.disattenuatedRho : row.rho) !== null;
}

function associationOf(
  rows: readonly SaturationRow[],
  disattenuated: boolean,
  replicates: Float64Array | null,
  level: number,
): Association {
  const rho = Float64Array.from(rows, (row) => (disattenuated ? row.disattenuatedRho : row.rho) as number);
  const room = Float64Array.from(rows, ({ headroom }) => headroom as number);
  const found = relationOf(rho, room);
  const n = rows.length;
  if (Number.isNaN(found)) {
    const reason = n < 3 ? "tooFewBenchmarks" : "constant";
    return { n, spearman: null, interval: null, usableResamples: null, reason };
  }
  if (replicates === null)
    return { n, spearman: found, interval: null, usableResamples: null, reason: "noResamples" };
  const defined = usable(replicates);
  const bounds = enough(defined, replicates) ? percentileInterval(defined, level) : null;
  return {
    n,
    spearman: found,
    interval: bounds === null ? null : { ...bounds, level, method: "percentile" },
    usableResamples: defined.length,
    reason: bounds === null ? "tooFewUsableResamples" : null,
  };
}

function designOf(fitted: Fit, columns: readonly number[], rows: readonly number[]): SaturationDesign {
  const n = rows.length;
  const design = {
    rows: n,
    descending: sharedInt32(columns.length * n).fill(-1),
    shortfalls: sharedFloat64(columns.length * n),
    values: sharedFloat64(columns.length * n),
    squaredErrors: sharedFloat64(columns.length * n),
  };
  columns.forEach((j, c) => {
    const cells = fitted.slice.columns[j] as Float64Array;
    const errors = standardErrorsOf(fitted, j);
    const x = Float64Array.from(rows, (i) => cells[i] as number);
    const { max, chance } = limitsOf(fitted.slice.benchmarks[j] as never) as { max: number; chance: number };
    design.values.set(x, c * n);
    design.shortfalls.set(
      x.map((value) => (max - value) / (max - chance)),
      c * n,
    );
    design.squaredErrors.set(
      Float64Array.from(rows, (i) => (errors[i] as number) ** 2),
      c * n,
    );
    const present = [...x.keys()].filter((k) => !Number.isNaN(x[k]));
    design.descending.set(
      present.sort((a, b) => (x[b] as number) - (x[a] as number) || a - b),
      c * n,
    );
  });
  return design;
}
