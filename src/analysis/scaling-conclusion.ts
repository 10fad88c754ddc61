import type { HorizonRow } from "./horizons.js";
import type { ScalingFit } from "./scaling.js";

/** Above this the models cannot tell capability from compute (METHODS §6). */
const INSEPARABLE = 0.9;

/** What the numbers say, by rule: the fit, what horizons move, and what neither shows. */
export function scalingConclusion(
  fit: ScalingFit,
  horizons: readonly HorizonRow[],
  reliability: number,
): string {
  return [...fitInWords(fit), ...horizonsInWords(horizons, reliability)].join(" ");
}

function fitInWords({ slope, r2, spearman, n, reason }: ScalingFit): string[] {
  if (slope === null || r2 === null || spearman === null) {
    return [
      `The score has no fit on compute here: ${n} models have both a score and training FLOP (${reason}).`,
    ];
  }
  return [
    `Over the ${n} models that declare training FLOP, the score ranks with compute at Spearman ${figure(spearman)}; ten times the compute goes with ${figure(slope)} more score, and log10 FLOP accounts for ${figure(r2)} of its variance.`,
    ...(Math.abs(spearman) > INSEPARABLE
      ? [`Above ${INSEPARABLE} these models cannot separate capability from compute.`]
      : []),
    "Models that differ in compute differ in data and date as well: the slope is not what compute alone would do.",
  ];
}

function horizonsInWords(horizons: readonly HorizonRow[], reliability: number): string[] {
  const parts = horizons.filter(({ kind, returns }) => kind === "capability" && returns?.exponent != null);
  if (parts.length === 0) return ["No capability benchmark has horizons with enough declared compute."];
  const faster = parts.filter(({ returns }) => (returns?.exponent ?? 0) > 1).length;
  const sure = parts.filter(({ returns }) => (returns?.interval?.low ?? 0) > 1).length;
  const rank = largestMove(parts, "spearman");
  const linear = largestMove(parts, "pearson");
  return [
    `As horizons at reliability ${reliability}, ${faster} of ${parts.length} capability benchmarks grow faster than compute (exponent above 1; ${sure} with the whole interval above).`,
    `Against log10 FLOP the re-expression moves a rank correlation by at most ${figure(rank)} and a linear one by up to ${figure(linear)}.`,
    "A horizon rests on independent steps without recovery: it is another unit for the same scores, not a measured length of task.",
  ];
}

function largestMove(rows: readonly HorizonRow[], coefficient: "spearman" | "pearson"): number {
  const moves = rows.map(({ log10Flop }) => {
    const [before, after] = [log10Flop?.accuracy[coefficient], log10Flop?.horizon[coefficient]];
    return before == null || after == null ? 0 : Math.abs(after - before);
  });
  return Math.max(0, ...moves);
}

function figure(value: number): string {
  return value.toFixed(3).replace("-", "−");
}
