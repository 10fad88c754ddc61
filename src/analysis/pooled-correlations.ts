import * as z from "zod";
import { KINDS } from "../matrix/score-matrix.js";
import { correlationInterval } from "../stats/correlation-interval.js";
import { interval, nullableNumber } from "./answer.js";
import { correlatePairs } from "./correlate.js";
import { benchmarkFields } from "./correlation-row.js";
import type { Fit } from "./fit.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { Pairing } from "./pairs.js";
import type { Pooled } from "./pooled-fit.js";

const found = {
  n: z.number().int(),
  rho: nullableNumber,
  interval: interval.nullable().meta({ description: "Bonett–Wright" }),
  reason: z.string().nullable(),
};

export const pooledRow = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    ...found,
    within: z
      .array(z.object({ class: z.string(), ...found }))
      .meta({ description: "Each class by itself, with its own score" }),
  })
  .meta({ id: "PooledRow" });
export type PooledRow = z.infer<typeof pooledRow>;

export const reversal = z
  .object({
    benchmark: z.string(),
    class: z.string(),
    pooledRho: z.number(),
    pooledInterval: interval.nullable(),
    withinRho: z.number(),
    withinInterval: interval.nullable(),
    status: z
      .enum(["reversed", "unstable"])
      .meta({ description: "reversed: both intervals exclude 0; otherwise the sign is not known" }),
  })
  .meta({ id: "Reversal" });
export type Reversal = z.infer<typeof reversal>;

/** Does the correlation of all classes together say what each class says? One row a benchmark; the score is fitted on all. */
export function pooledCorrelations({ fit, classes }: Pooled, options: ComputeOptions): PooledRow[] {
  const ofAll = correlationsOf(fit, options);
  const ofEach = classes.map((one) => ({ class: one.slice.class, of: correlationsOf(one, options) }));
  return fit.slice.benchmarks.map((benchmark, j) => ({
    ...benchmarkFields(benchmark, fit.capabilities.includes(j)),
    ...ofAll(j),
    within: ofEach.map(({ class: name, of }) => ({ class: name, ...of(j) })),
  }));
}

/** Classes in which the sign is another than over all classes together. */
export function reversalsOf(rows: readonly PooledRow[]): Reversal[] {
  return rows.flatMap(({ benchmark, rho: pooledRho, interval: pooledInterval, within }) =>
    within.flatMap(({ class: name, rho: withinRho, interval: withinInterval }) => {
      if (pooledRho === null || withinRho === null || pooledRho * withinRho >= 0) return [];
      const sure = excludesZero(pooledInterval) && excludesZero(withinInterval);
      const status = sure ? ("reversed" as const) : ("unstable" as const);
      return [{ benchmark, class: name, pooledRho, pooledInterval, withinRho, withinInterval, status }];
    }),
  );
}

function correlationsOf(fit: Fit, { measure, level }: ComputeOptions) {
  const { values, reason } = scoring(fit, measure);
  const pairing = new Pairing(values);
  return (column: number) => {
    const correlated = correlatePairs(
      pairing.with(fit.slice.columns[column] as Float64Array),
      reason,
      "spearman",
    );
    const { rho, n } = correlated;
    const bounds = rho === null ? null : correlationInterval(rho, n, level, "spearman");
    return { ...correlated, interval: bounds === null ? null : { ...bounds, level, method: "bonettWright" } };
  };
}

function excludesZero(bounds: { readonly low: number; readonly high: number } | null): boolean {
  return bounds !== null && (bounds.low > 0 || bounds.high < 0);
}
