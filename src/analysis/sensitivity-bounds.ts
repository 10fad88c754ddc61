import * as z from "zod";
import { modelSetHash } from "../matrix/digest.js";
import { correlation } from "../stats/correlation.js";
import { quantiles } from "../stats/distribution.js";
import { ExtremeRecord, type RemovalExtremes, SAME } from "../stats/removal-extremes.js";
import { nullableNumber } from "./answer.js";
import type { FixedSample } from "./fixed-sample.js";
import type { ComputeOptions } from "./options.js";
import { BAND_SAMPLES, type Search, type SensitivityPlan } from "./sensitivity-plan.js";

const names = z.array(z.string()).nullable();

export const boundsRow = z
  .object({
    dropped: z.number().int().meta({ description: "Exactly this many models are left out" }),
    low: nullableNumber,
    high: nullableNumber,
    lowModels: names.meta({
      description: "Leaving these out gives `low`, by name; the lexicographically first set on equal values",
    }),
    highModels: names,
    lowSetHash: z.string().nullable().meta({ description: "`modelSetHash` of the models that are left" }),
    highSetHash: z.string().nullable(),
    exact: z.boolean().nullable().meta({
      description: "Over all subsets; false: found greedily with swaps, attained, perhaps surpassed",
    }),
    band: z
      .object({ low: z.array(z.number()), high: z.array(z.number()) })
      .nullable()
      .meta({
        description: `Where these bounds lie (central \`level\` of each) for ${BAND_SAMPLES} bivariate normal samples of as many models with this correlation, the score fixed`,
      }),
    beyondBand: z.boolean().nullable().meta({
      description: "`low` below band.low[0] or `high` above band.high[1]: more than any such sample shows",
    }),
    undefinedSubsets: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Subsets without a correlation; null where not all were looked at" }),
    reason: z.string().nullable().meta({ description: "Why `low` and `high`, or else `band`, are null" }),
  })
  .meta({ id: "SensitivityBounds" });
export type BoundsRow = z.infer<typeof boundsRow>;

/** The least and greatest correlation over all ways to drop 1 … `drop` models, beside those of normal samples. */
export function boundsOf(
  sample: FixedSample,
  plan: SensitivityPlan | null,
  drop: number,
  options: ComputeOptions,
): BoundsRow[] {
  return Array.from({ length: drop }, (_, k) => {
    const search = plan?.searches[k];
    if (plan === null || search === undefined) return undefinedRow(k + 1, sample.reason ?? "tooFewModels");
    return rowOf({ sample, plan, search }, options);
  });
}

/** What all parts of a search found together. */
export function extremesOf(plan: SensitivityPlan, { dropped, first, slots }: Search): RemovalExtremes {
  const record = new ExtremeRecord(dropped);
  for (let slot = first; slot < first + slots; slot++) {
    const [low, high, nearest, undefinedSubsets] = plan.found.subarray(4 * slot, 4 * slot + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const at = (end: number) => (2 * slot + end) * plan.width;
    const rowsAt = (end: number) => plan.rows.subarray(at(end), at(end) + dropped);
    record.join({ low, high, nearest, undefinedSubsets, lowRows: rowsAt(0), highRows: rowsAt(1) });
  }
  return record.extremes();
}

interface Found {
  readonly sample: FixedSample;
  readonly plan: SensitivityPlan;
  readonly search: Search;
}

function rowOf({ sample, plan, search }: Found, options: ComputeOptions): BoundsRow {
  const { dropped, exact } = search;
  const { low, high, lowRows, highRows, undefinedSubsets } = extremesOf(plan, search);
  if (Number.isNaN(low)) {
    const counted = exact ? undefinedSubsets : null;
    return { ...undefinedRow(dropped, "undefined"), exact, undefinedSubsets: counted };
  }
  const band = bandOf(plan, dropped, options.level);
  const settled = (rho: number, rows: Int32Array) =>
    plan.refits === null ? correlationWithout(sample, rows, options) : rho;
  const [least, most] = [settled(low, lowRows), settled(high, highRows)];
  return {
    dropped,
    low: least,
    high: most,
    lowModels: namesOf(sample, lowRows),
    highModels: namesOf(sample, highRows),
    lowSetHash: hashWithout(sample, lowRows),
    highSetHash: hashWithout(sample, highRows),
    exact,
    band,
    beyondBand: band === null ? null : isBeyond(least, most, band),
    undefinedSubsets: exact ? undefinedSubsets : null,
    reason: band === null ? "bandTooCostly" : null,
  };
}

function undefinedRow(dropped: number, reason: string): BoundsRow {
  return {
    dropped,
    low: null,
    high: null,
    lowModels: null,
    highModels: null,
    lowSetHash: null,
    highSetHash: null,
    exact: null,
    band: null,
    beyondBand: null,
    undefinedSubsets: null,
    reason,
  };
}

interface Band {
  readonly low: number[];
  readonly high: number[];
}

/** Central `level` of the low bounds, and of the high bounds, of the normal samples. */
function bandOf({ band, bandDrops }: SensitivityPlan, dropped: number, level: number): Band | null {
  const at = bandDrops.findIndex((drop) => drop.dropped === dropped);
  if (band.length === 0 || at < 0) return null;
  const tail = (1 - level) / 2;
  const [low, high] = [0, 1].map((end) =>
    quantiles(
      band.filter((_, i) => i % (2 * bandDrops.length) === 2 * at + end),
      [tail, 1 - tail],
    ),
  ) as [number[], number[]];
  return { low, high };
}

function isBeyond(low: number, high: number, band: Band): boolean {
  return low < (band.low[0] as number) - SAME || high > (band.high[1] as number) + SAME;
}

/** By the same formula as every other correlation of the service, to the bit. */
function correlationWithout(
  { x, y }: FixedSample,
  rows: Int32Array,
  { correlation: method }: ComputeOptions,
): number {
  const keeps = (_: number, i: number) => !rows.includes(i);
  return correlation(x.filter(keeps), y.filter(keeps), method) as number;
}

function namesOf({ models }: FixedSample, rows: Int32Array): string[] {
  return [...rows].map((row) => models[row]?.model as string);
}

function hashWithout({ models }: FixedSample, rows: Int32Array): string {
  return modelSetHash(models.flatMap(({ model }, i) => (rows.includes(i) ? [] : [model])));
}
