import * as z from "zod";
import type { Warning } from "../matrix/warning.js";
import { aggregatesOf } from "./aggregates.js";
import { nullableNumber } from "./answer.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import type { Fit } from "./fit.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { question } from "./question.js";
import { saturationConclusion } from "./saturation-conclusion.js";
import { relationFields, relationFrom, relationPart, relationPlan } from "./saturation-relation.js";
import { type SaturationRow, saturationFields, saturationRow, scoreReliability } from "./saturation-row.js";

/** Which benchmarks are used up, and do those that do not track capability stay usable for longer? */
export const saturation = question({
  name: "saturation",
  summary: "How full each benchmark is, and whether decorrelated ones fill up later",
  description:
    "Of every benchmark, over the models that have both it and the score: the room left above the best five, the share at the ceiling, how far the best five can be told apart, how newer models spread against older ones, and its correlation with the score with measurement noise taken out. `relation` tests whether benchmarks less correlated with capability have more room, over benchmarks that are not made of others, with an interval over resamples of the models. METHODS §11.",
  ignores: ["threshold", "fdrFamily"],
  rows: "benchmarks",
  shape: {
    benchmarks: z.array(saturationFields),
    scoreReliability: nullableNumber.meta({
      description: "Share of the score's variance that is not error of its benchmarks",
    }),
    relation: relationFields,
    conclusion: z.string(),
  },
  plan: ({ fitted }, options) => relationPlan(fitted, rowsOf(fitted, options), options),
  work: relationPart,
  answer({ fitted, plan }, options) {
    const rows = rowsOf(fitted, options);
    const relation = relationFrom(fitted, rows, plan, options.level);
    return {
      answer: {
        benchmarks: rows,
        scoreReliability: reliabilityOf(fitted, options),
        relation,
        conclusion: saturationConclusion(relation),
      },
      warnings: [...averageWarnings(averagesOf(fitted), options.measure), ...assumedChance(fitted, rows)],
    };
  },
});

function rowsOf(fitted: Fit, options: ComputeOptions): SaturationRow[] {
  const aggregates = aggregatesOf(fitted.slice);
  const grounds = {
    fitted,
    score: scoring(fitted, options.measure),
    scoreReliability: reliabilityOf(fitted, options),
    correlation: options.correlation,
    isAggregate: (column: number) => aggregates.has(column),
  };
  return fitted.slice.benchmarks.map((_, j) => saturationRow(grounds, j));
}

function reliabilityOf(fitted: Fit, { measure }: ComputeOptions): number | null {
  return measure === "pc1" ? scoreReliability(fitted) : null;
}

function assumedChance({ slice }: Fit, rows: readonly SaturationRow[]): Warning[] {
  const names = rows
    .filter(({ headroom }, j) => headroom !== null && slice.benchmarks[j]?.chance === null)
    .map(({ benchmark }) => benchmark);
  if (names.length === 0) return [];
  const message = "chance level not declared, taken as the minimum in headroom";
  return [{ code: "chanceAssumed", message, count: names.length, names: names.slice(0, 10) }];
}
