import * as z from "zod";
import { type Benchmark, KINDS } from "../matrix/score-matrix.js";
import { quantiles } from "../stats/distribution.js";
import { interval, nullableNumber } from "./answer.js";
import { benchmarkFields } from "./correlation-row.js";
import type { ExcessSafety } from "./excess-safety.js";
import { falseDiscoveries } from "./false-discoveries.js";
import type { Fit } from "./fit.js";
import type { InterventionPair } from "./intervention-pairs.js";
import type { ComputeOptions } from "./options.js";
import { centreOf, changeFields, changesOf, pairedChange } from "./paired-changes.js";

export const effectFields = z
  .object({
    method: z.string(),
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    pairs: z.number().int().meta({ description: "Pairs that have the benchmark on both sides" }),
    families: z.number().int(),
    alignmentTax: nullableNumber.meta({
      description:
        "Capability lost: minus the Hodges–Lehmann change of the capabilities score over these pairs, in the parent class's own unit",
    }),
    alignmentTaxOnMean: nullableNumber.meta({ description: "The same on the mean of 0–1 scales" }),
    safetyChange: nullableNumber.meta({
      description:
        "Hodges–Lehmann change of the benchmark, oriented: above 0 is better, and for safety safer",
    }),
    excessSafety: nullableNumber.meta({
      description:
        "Hodges–Lehmann of Δsafety − bΔscore: the change beyond what the change in capability would bring",
    }),
    interval: interval.nullable().meta({ description: "Of the excess, by the signed rank test" }),
    p: nullableNumber.meta({ description: "Wilcoxon's signed rank of the excess" }),
    familyP: nullableNumber.meta({ description: "Sign flips of whole families, of the excess" }),
    q: nullableNumber.meta({ description: "Benjamini–Hochberg of `p` over the rows that have one" }),
    exact: z.boolean(),
    familyExact: z.boolean(),
    slope: nullableNumber.meta({
      description: "b, median over the pairs: Theil–Sen over the parent class outside the pair's family",
    }),
    extrapolated: z
      .number()
      .int()
      .meta({ description: "Pairs with a score outside those that b was found on" }),
    change: z.object(changeFields).meta({ description: "The change itself, capability not taken out" }),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why `excessSafety` is null; otherwise why the other nulls are" }),
  })
  .meta({ id: "InterventionEffect" });
export type Effect = z.infer<typeof effectFields>;

/** What each method did to each benchmark. */
export function effectsOf(
  treated: Fit,
  pairs: readonly InterventionPair[],
  excess: ExcessSafety,
  options: ComputeOptions,
): Effect[] {
  const methods = [...new Set(pairs.map(({ method }) => method))];
  const rows = methods.flatMap((method) => {
    const own = pairs.filter((pair) => pair.method === method);
    return treated.slice.benchmarks.map((_, j) => effectOf(treated, own, j, excess, options));
  });
  const { q } = falseDiscoveries(rows, options.fdrFamily);
  return rows.map((row, i) => ({ ...row, q: q[i] ?? null }));
}

/** The oriented change of a benchmark in a pair; `null` where a side is missing, or the difference is no double. */
export function benchmarkChange(treated: Fit, pair: InterventionPair, column: number): number | null {
  const after = treated.slice.columns[column]?.[pair.row] as number;
  const change = after - (pair.reference.slice.columns[column]?.[pair.parentRow] as number);
  return Number.isFinite(change) ? change : null;
}

function effectOf(
  treated: Fit,
  own: readonly InterventionPair[],
  column: number,
  excess: ExcessSafety,
  options: ComputeOptions,
): Effect {
  const isPart = treated.capabilities.includes(column);
  const measured = own.flatMap((pair) => {
    const value = benchmarkChange(treated, pair, column);
    return value === null ? [] : [{ pair, family: pair.family, value }];
  });
  const beyond = isPart ? [] : measured.map(({ pair, value }) => excess.of(pair, column, value));
  const defined = beyond.filter(({ value }) => value !== null);
  const change = pairedChange(measured, options);
  const test = pairedChange(
    beyond.flatMap(({ value }, i) =>
      value === null ? [] : [{ value, family: measured[i]?.family as string }],
    ),
    options,
  );
  const treatedPairs = measured.map(({ pair }) => pair);
  const none = test.hodgesLehmann === null && change.pairs > 0;
  return {
    method: own[0]?.method as string,
    ...benchmarkFields(treated.slice.benchmarks[column] as Benchmark, isPart),
    pairs: change.pairs,
    families: change.families,
    alignmentTax: lossOf(treatedPairs, "scoreChange"),
    alignmentTaxOnMean: lossOf(treatedPairs, "meanChange"),
    safetyChange: change.hodgesLehmann,
    excessSafety: test.hodgesLehmann,
    interval: test.interval,
    p: test.p,
    familyP: test.familyP,
    q: null,
    exact: test.exact,
    familyExact: test.familyExact,
    slope:
      defined.length === 0
        ? null
        : (quantiles(
            Float64Array.from(defined, ({ slope }) => slope as number),
            [0.5],
          )[0] as number),
    extrapolated: defined.filter(({ extrapolated }) => extrapolated).length,
    change,
    reason: none ? whyNoExcess(own, isPart, excess) : test.reason,
  };
}

function lossOf(pairs: readonly InterventionPair[], capability: "scoreChange" | "meanChange"): number | null {
  const change = centreOf(changesOf(pairs, capability));
  return change === null ? null : 0 - change;
}

function whyNoExcess(own: readonly InterventionPair[], isPart: boolean, { tooMany }: ExcessSafety): string {
  if (isPart) return "partOfScore";
  if (tooMany) return "tooManyModels";
  return own.every(({ scoreChange }) => scoreChange === null) ? (own[0]?.reason ?? "notFinite") : "noSlope";
}
