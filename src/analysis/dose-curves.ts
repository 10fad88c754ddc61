import * as z from "zod";
import { type CurvePoint, curveValue } from "../stats/curve-value.js";
import { hodgesLehmann } from "../stats/walsh-averages.js";
import { interval, nullableNumber } from "./answer.js";
import { benchmarkChange } from "./effects.js";
import type { ExcessSafety } from "./excess-safety.js";
import type { Fit } from "./fit.js";
import type { InterventionPair } from "./intervention-pairs.js";
import type { ComputeOptions } from "./options.js";
import { type Change, centreOf, changesOf, pairedChange } from "./paired-changes.js";

const besideFields = z.object({
  baseline: z.string(),
  pairs: z.number().int().meta({ description: "Pairs whose parent has the baseline at the same capability" }),
  families: z.number().int(),
  outside: z.number().int().meta({
    description:
      "Pairs whose parent has no baseline on both sides of their capability: left out, never extrapolated",
  }),
  safetyChange: nullableNumber.meta({ description: "Of the baseline, interpolated, over these pairs" }),
  advantage: nullableNumber.meta({
    description: "Hodges–Lehmann of the method's change less the baseline's, pair by pair",
  }),
  interval: interval.nullable(),
  p: nullableNumber,
  familyP: nullableNumber,
  reason: z.string().nullable(),
});

export const doseFields = z
  .object({
    method: z.string(),
    benchmark: z.string(),
    dose: z.number(),
    pairs: z.number().int(),
    families: z.number().int(),
    capabilityChange: nullableNumber.meta({
      description: "Hodges–Lehmann change of the capabilities score at this dose",
    }),
    meanChange: nullableNumber.meta({ description: "The same on the mean of 0–1 scales" }),
    safetyChange: nullableNumber,
    excessSafety: nullableNumber,
    baselines: z.array(besideFields).meta({
      description: "Each method of `baseline=` on the same parents, where it left the same capability",
    }),
  })
  .meta({ id: "DosePoint" });
export type DosePoint = z.infer<typeof doseFields>;

interface Measured {
  readonly pair: InterventionPair;
  readonly family: string;
  /** Oriented change of the benchmark. */
  readonly value: number;
}

/**
 * One point a method, benchmark outside the score and dose. Beside each, what a baseline did *to the same parents* where it
 * left them the same capability: on the line between two of its doses, never beyond them (METHODS §8).
 */
export function doseCurves(
  treated: Fit,
  pairs: readonly InterventionPair[],
  excess: ExcessSafety,
  options: ComputeOptions & { readonly baseline: readonly string[] },
): DosePoint[] {
  const dosed = pairs.filter(({ dose }) => dose !== null);
  const methods = [...new Set(dosed.map(({ method }) => method))];
  return treated.slice.benchmarks.flatMap(({ benchmark }, j) => {
    if (treated.capabilities.includes(j)) return [];
    const measured = dosed.flatMap((pair): Measured[] => {
      const value = benchmarkChange(treated, pair, j);
      return value === null ? [] : [{ pair, family: pair.family, value }];
    });
    return methods.flatMap((method) => {
      const own = measured.filter(({ pair }) => pair.method === method);
      const others = options.baseline.includes(method) ? [] : [...new Set(options.baseline)].sort();
      return dosesOf(own).map((dose): DosePoint => {
        const at = own.filter(({ pair }) => pair.dose === dose);
        const beyond = at.map(({ pair, value }) => excess.of(pair, j, value).value).filter((v) => v !== null);
        return {
          method,
          benchmark,
          dose,
          ...pointOf(at),
          excessSafety: hodgesLehmann(beyond),
          baselines: others.map((baseline) =>
            beside(
              at,
              baseline,
              measured.filter(({ pair }) => pair.method === baseline),
              options,
            ),
          ),
        };
      });
    });
  });
}

function pointOf(at: readonly Measured[]) {
  const treated = at.map(({ pair }) => pair);
  return {
    pairs: at.length,
    families: new Set(at.map(({ family }) => family)).size,
    capabilityChange: centreOf(changesOf(treated, "scoreChange")),
    meanChange: centreOf(changesOf(treated, "meanChange")),
    safetyChange: centreOf(at),
  };
}

function beside(
  at: readonly Measured[],
  baseline: string,
  measured: readonly Measured[],
  options: ComputeOptions,
): z.infer<typeof besideFields> {
  const matched = at.flatMap(({ pair, family, value }) => {
    const curve = curveOf(measured.filter((other) => other.pair.parent === pair.parent));
    const there = pair.scoreChange === null ? null : curveValue(curve, pair.scoreChange);
    return there === null ? [] : [{ family, there, value: value - there }];
  });
  const test = pairedChange(matched satisfies readonly Change[], options);
  const shared = new Set(measured.map(({ pair }) => pair.parent));
  return {
    baseline,
    pairs: test.pairs,
    families: test.families,
    outside: at.length - test.pairs,
    safetyChange: hodgesLehmann(matched.map(({ there }) => there)),
    advantage: test.hodgesLehmann,
    interval: test.interval,
    p: test.p,
    familyP: test.familyP,
    reason:
      test.pairs > 0
        ? test.reason
        : at.some(({ pair }) => shared.has(pair.parent))
          ? "outsideBaseline"
          : "noSharedParents",
  };
}

/** Capability against safety in the order of the doses; several runs at one dose are averaged. */
function curveOf(measured: readonly Measured[]): CurvePoint[] {
  return dosesOf(measured).flatMap((dose) => {
    const at = measured.filter(({ pair }) => pair.dose === dose && pair.scoreChange !== null);
    const meanOf = (value: (one: Measured) => number) =>
      at.reduce((sum, one) => sum + value(one), 0) / at.length;
    return at.length === 0
      ? []
      : [{ x: meanOf(({ pair }) => pair.scoreChange as number), y: meanOf(({ value }) => value) }];
  });
}

function dosesOf(measured: readonly Measured[]): number[] {
  return [...new Set(measured.map(({ pair }) => pair.dose as number))].sort((a, b) => a - b);
}
