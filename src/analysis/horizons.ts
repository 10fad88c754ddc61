import * as z from "zod";
import { KINDS } from "../matrix/score-matrix.js";
import { correlation } from "../stats/correlation.js";
import { horizonLength, shortOfPerfect } from "../stats/horizon.js";
import { leastSquaresLine, slopeInterval } from "../stats/least-squares-line.js";
import { interval, nullableNumber } from "./answer.js";
import { type Scale, scaleOf } from "./averages.js";
import { benchmarkFields } from "./correlation-row.js";
import type { Fit } from "./fit.js";

const both = z.object({ spearman: nullableNumber, pearson: nullableNumber });
const against = z.object({ n: z.number().int(), accuracy: both, horizon: both });

export const horizonFields = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    metric: z.string().nullable().meta({
      description: "A horizon is a re-expression of a success rate: of other metrics it means little",
    }),
    models: z.number().int().meta({ description: "That have a horizon" }),
    atZero: z.number().int().nullable().meta({ description: "Of these, no better than chance: horizon 0" }),
    unbounded: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Models with a perfect score and no declared items: no horizon" }),
    score: against.nullable().meta({ description: "Correlations with the capabilities score" }),
    log10Flop: against.nullable().meta({ description: "Correlations with log10 training FLOP" }),
    returns: z
      .object({
        n: z.number().int().meta({ description: "Models with FLOP and a horizon above 0" }),
        accuracyPerTenfold: nullableNumber.meta({
          description: "Gain of p′ (chance taken out) for ten times the compute",
        }),
        exponent: nullableNumber.meta({
          description: "Slope of log10 horizon on log10 FLOP: above 1 the horizon grows faster than compute",
        }),
        interval: interval.nullable().meta({ description: "Of the exponent" }),
      })
      .nullable(),
    lengths: z
      .array(nullableNumber)
      .nullable()
      .meta({ description: "Steps, one a model in the order of `models`" }),
    reason: z.string().nullable().meta({ description: "Why there are no horizons: noScores, rangeUnknown" }),
  })
  .meta({ id: "Horizon" });
export type HorizonRow = z.infer<typeof horizonFields>;

interface Sides {
  readonly fitted: Fit;
  /** One value a model of the slice, NaN where there is none. */
  readonly score: Float64Array;
  readonly log10Flop: Float64Array;
  readonly reliability: number;
  readonly level: number;
}

/** A benchmark's scores as chains of steps (METHODS §13), beside what that does to its correlations. */
export function horizonRow(sides: Sides, column: number): HorizonRow {
  const { fitted, score, log10Flop, reliability } = sides;
  const benchmark = fitted.slice.benchmarks[column] as (typeof fitted.slice.benchmarks)[number];
  const fields = {
    ...benchmarkFields(benchmark, fitted.capabilities.includes(column)),
    metric: benchmark.metric,
  };
  const cells = fitted.slice.columns[column] as Float64Array;
  if (cells.every(Number.isNaN)) return { ...fields, ...NO_HORIZONS, reason: "noScores" };
  const scale = scaleOf(fitted, column);
  const success = scale === null ? null : successRates(cells, scale);
  if (success === null) return { ...fields, ...NO_HORIZONS, reason: "rangeUnknown" };
  const rates = success.map((p) =>
    p === 1 && benchmark.items !== null ? shortOfPerfect(benchmark.items) : p,
  );
  const lengths = rates.map((p) => (Number.isNaN(p) ? p : (horizonLength(p, reliability) ?? Number.NaN)));
  const found = lengths.filter((length) => !Number.isNaN(length));
  return {
    ...fields,
    models: found.length,
    atZero: found.filter((length) => length === 0).length,
    unbounded: rates.filter((p) => p >= 1).length,
    score: correlationsWith(score, rates, lengths),
    log10Flop: correlationsWith(log10Flop, rates, lengths),
    returns: returnsToCompute(sides, rates, lengths),
    lengths: Array.from(lengths, (length) => (Number.isNaN(length) ? null : length)),
    reason: null,
  };
}

const NO_HORIZONS = {
  models: 0,
  atZero: null,
  unbounded: null,
  score: null,
  log10Flop: null,
  returns: null,
  lengths: null,
} as const;

/** p′ = (x − c)/(max − c), the share of the way from chance to the best; `null` where the scale leaves no room. */
function successRates(cells: Float64Array, { min, max, chance }: Scale): Float64Array | null {
  const zero = chance ?? min;
  const width = max - zero;
  const rates = cells.map((x) => (x - zero) / width);
  const isScale = width > 0 && rates.every((p, i) => Number.isFinite(p) || Number.isNaN(cells[i]));
  return isScale ? rates : null;
}

/** Accuracy and horizon over the same models, so that only the re-expression tells them apart. */
function correlationsWith(side: Float64Array, rates: Float64Array, lengths: Float64Array) {
  const rows = rowsWith(side, lengths);
  const x = at(side, rows);
  const coefficients = (values: Float64Array) => {
    const y = at(values, rows);
    return { spearman: correlation(x, y, "spearman"), pearson: correlation(x, y, "pearson") };
  };
  return { n: rows.length, accuracy: coefficients(rates), horizon: coefficients(lengths) };
}

/** A gain logarithmic in compute can be faster than linear in horizon: both slopes over the same models. */
function returnsToCompute({ log10Flop, level }: Sides, rates: Float64Array, lengths: Float64Array) {
  const rows = rowsWith(log10Flop, lengths).filter((i) => (lengths[i] as number) > 0);
  const x = at(log10Flop, rows);
  const line = rows.length < 3 ? null : leastSquaresLine(x, at(lengths, rows).map(Math.log10));
  const bounds = line === null ? null : slopeInterval(line, level);
  return {
    n: rows.length,
    accuracyPerTenfold: rows.length < 3 ? null : (leastSquaresLine(x, at(rates, rows))?.slope ?? null),
    exponent: line?.slope ?? null,
    interval: bounds === null ? null : { ...bounds, level, method: "t" },
  };
}

function rowsWith(a: Float64Array, b: Float64Array): number[] {
  return [...a.keys()].filter((i) => !Number.isNaN(a[i]) && !Number.isNaN(b[i]));
}

function at(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (i) => values[i] as number);
}
