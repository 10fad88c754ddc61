import * as z from "zod";
import { KINDS, type Model } from "../matrix/score-matrix.js";
import { correlation } from "../stats/correlation.js";
import { arrangementsOf, exactGammaP, groupedConcordance, membersOf } from "../stats/grouped-gamma.js";
import { randomEffects } from "../stats/random-effects.js";
import { sharedFloat64, sharedInt32 } from "../stats/shared-array.js";
import { sortedColumns } from "../stats/sorted-columns.js";
import { interval, nullableNumber } from "./answer.js";
import { type Arrangements, arrangedP, type ConfoundingPlan } from "./confounding-plan.js";
import { benchmarkFields } from "./correlation-row.js";
import { familyNumbers } from "./families.js";
import type { Fit } from "./fit.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { drawnRows } from "./resampling.js";

/** Up to so many arrangements within families are all gone through (METHODS §6). */
const MOST_EXACT = 1e6;
/** Signs of pairs that one answer may look at; with fewer arrangements than the least there is no p. */
const MOST_SIGNS = 4e9;
const LEAST_ARRANGEMENTS = 199;
/** Groups of a random-effects mean. */
const LEAST_GROUPS = 3;
const LEAST_IN_GROUP = 5;

export const withinFamilyRow = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    families: z.number().int().meta({ description: "With two models or more that have the benchmark" }),
    models: z.number().int().meta({ description: "In these families" }),
    gamma: nullableNumber.meta({
      description: "Σ(C − D)/Σ(C + D) over pairs of one family, untied in score and benchmark",
    }),
    pairs: z.number().int().meta({ description: "C + D" }),
    p: nullableNumber.meta({ description: "Two-sided, the benchmark's values arranged within families" }),
    exact: z
      .boolean()
      .nullable()
      .meta({ description: "Whether p is over all arrangements, or over random ones" }),
    randomEffects: z
      .object({
        groups: z.number().int(),
        rho: z.number(),
        interval,
        tau2: z.number(),
        i2: z.number(),
      })
      .nullable()
      .meta({
        description:
          "Mean ρ over families of five models or more: Fisher z, Paule–Mandel τ², Hartung–Knapp interval, I²",
      }),
    randomEffectsReason: z.string().nullable().meta({
      description: "groupsTooSmall: fewer than three such families; perfectCorrelation: |ρ| = 1 in one",
    }),
    reason: z.string().nullable().meta({ description: "Why `gamma` is null; otherwise why `p` is" }),
  })
  .meta({ id: "WithinFamilyRow" });
export type WithinFamilyRow = z.infer<typeof withinFamilyRow>;

/** Score, families and benchmarks of the models that have a score, by name. */
interface Families {
  readonly rows: readonly number[];
  readonly score: Float64Array;
  /** A number each; −1 for a model that declares none. */
  readonly groups: Int32Array;
}

function familiesOf(fit: Fit, { measure }: ComputeOptions): Families | null {
  const scored = scoring(fit, measure);
  if (scored.reason !== null) return null;
  const rows = drawnRows(fit, [scored.values]);
  const models = rows.map((i) => fit.slice.models[i] as Model);
  const numbers = familyNumbers(models);
  const [score, groups] = [sharedFloat64(rows.length), sharedInt32(rows.length)];
  rows.forEach((row, k) => {
    score[k] = scored.values[row] as number;
    groups[k] = models[k]?.family === null ? -1 : (numbers[k] as number);
  });
  return { rows, score, groups };
}

/** A benchmark among the models that have it. */
function sampleOf({ slice }: Fit, { rows, score, groups }: Families, column: number) {
  const cells = slice.columns[column] as Float64Array;
  const at = [...rows.keys()].filter((k) => !Number.isNaN(cells[rows[k] as number]));
  return {
    x: Float64Array.from(at, (k) => score[k] as number),
    y: Float64Array.from(at, (k) => cells[rows[k] as number] as number),
    groups: Int32Array.from(at, (k) => groups[k] as number),
  };
}

/** What has too many arrangements to go through all: laid out for random ones; `null` where there is no such benchmark. */
export function randomArrangements(fit: Fit, options: ComputeOptions): Omit<Arrangements, "extreme"> | null {
  const families = familiesOf(fit, options);
  if (families === null || options.resamples === 0) return null;
  let signs = 0;
  const columns = fit.slice.columns.flatMap((_, j) => {
    if (fit.capabilities.includes(j)) return [];
    const { x, y, groups } = sampleOf(fit, families, j);
    if (arrangementsOf(groups) <= MOST_EXACT) return [];
    const { pairs } = groupedConcordance(x, y, groups);
    signs += pairs;
    return pairs === 0 ? [] : [j];
  });
  const count = Math.min(options.resamples, Math.floor(MOST_SIGNS / Math.max(1, signs)));
  if (columns.length === 0 || count < Math.min(LEAST_ARRANGEMENTS, options.resamples)) return null;
  const { rows, score, groups } = families;
  const cells = columns.map((j) =>
    Float64Array.from(rows, (i) => (fit.slice.columns[j] as Float64Array)[i] as number),
  );
  return { design: { score, groups, targets: sortedColumns(cells, rows.length) }, columns, count };
}

/** Does the correlation hold between models of one family, which differ in little but size? One row a benchmark. */
export function withinFamily(
  fit: Fit,
  plan: ConfoundingPlan | null,
  options: ComputeOptions,
): WithinFamilyRow[] {
  const families = familiesOf(fit, options);
  const known: Parameters<typeof exactGammaP>[3] = new Map();
  const randomP = arrangedP(plan);
  return fit.slice.benchmarks.map((benchmark, j) => {
    const isPart = fit.capabilities.includes(j);
    const named = benchmarkFields(benchmark, isPart);
    if (families === null) return { ...named, ...NOTHING, reason: fit.reason ?? "noScore" };
    const { x, y, groups } = sampleOf(fit, families, j);
    const members = membersOf(groups);
    const { difference, pairs } = groupedConcordance(x, y, groups);
    const size = { families: members.length, models: members.reduce((sum, { length }) => sum + length, 0) };
    const effects = effectsOf(x, y, members, options.level);
    if (pairs === 0) {
      const reason = members.length === 0 ? "noFamilies" : "noUntiedPairs";
      return { ...named, ...NOTHING, ...size, ...effects, reason };
    }
    const exact = arrangementsOf(groups) <= MOST_EXACT;
    const p = isPart ? null : exact ? exactGammaP(x, y, groups, known) : randomP(j);
    return {
      ...named,
      ...size,
      gamma: difference / pairs,
      pairs,
      p,
      exact: p === null ? null : exact,
      ...effects,
      reason: p === null ? whyNoP(isPart, options) : null,
    };
  });
}

const NOTHING = {
  families: 0,
  models: 0,
  gamma: null,
  pairs: 0,
  p: null,
  exact: null,
  randomEffects: null,
  randomEffectsReason: "groupsTooSmall",
} as const;

function whyNoP(isPart: boolean, { resamples }: ComputeOptions): string {
  if (isPart) return "partOfScore";
  return resamples === 0 ? "noResamples" : "tooManyPairs";
}

/** A family whose scores or values are all alike has no ρ, and is none of the groups. */
function effectsOf(
  x: Float64Array,
  y: Float64Array,
  members: readonly (readonly number[])[],
  level: number,
): Pick<WithinFamilyRow, "randomEffects" | "randomEffectsReason"> {
  const groups = members
    .filter(({ length }) => length >= LEAST_IN_GROUP)
    .flatMap((own) => {
      const at = (values: Float64Array) => Float64Array.from(own, (i) => values[i] as number);
      const rho = correlation(at(x), at(y), "spearman");
      return rho === null ? [] : [{ rho, n: own.length }];
    });
  if (groups.length < LEAST_GROUPS) return { randomEffects: null, randomEffectsReason: "groupsTooSmall" };
  const found = randomEffects(groups, level);
  if (found === null) return { randomEffects: null, randomEffectsReason: "perfectCorrelation" };
  const { rho, low, high, tau2, i2 } = found;
  return {
    randomEffects: {
      groups: groups.length,
      rho,
      interval: { low, high, level, method: "hartungKnapp" },
      tau2,
      i2,
    },
    randomEffectsReason: null,
  };
}
