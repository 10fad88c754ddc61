import type { ComparisonRow } from "./comparison.js";
import type { Fit } from "./fit.js";

interface Findings {
  readonly fitted: Fit;
  readonly measures: readonly { a: string; b: string; spearman: number | null }[];
  readonly congruence: number | null;
  readonly benchmarks: readonly ComparisonRow[];
  readonly ruleFlips: readonly string[];
  readonly verdictFlips: readonly string[] | null;
  readonly threshold: number;
  readonly level: number;
}

/** A difference in ρ below this changes no reading (METHODS §3). */
const SMALL = 0.1;
const FOUND = 0.05;

/**
 * What the numbers of a comparison say, in words that follow from them by rule; the rounding is for reading,
 * the digits stand in the answer.
 */
export function conclusionOf({
  fitted,
  measures,
  congruence,
  benchmarks,
  ruleFlips,
  verdictFlips,
  threshold,
  level,
}: Findings): string {
  const agreement = measures.find(({ a, b }) => a === "pc1" && b === "mean")?.spearman ?? null;
  const compared = benchmarks.filter((b) => b.kind !== "capability" && b.difference !== null);
  if (agreement === null || congruence === null || compared.length === 0) {
    return "The first component and the mean cannot be compared here: one of them, or every correlation with them, is undefined (see the reasons).";
  }
  const largest = compared.reduce((a, b) =>
    Math.abs(b.difference ?? 0) > Math.abs(a.difference ?? 0) ? b : a,
  );
  return [
    `Over ${fitted.rows.length} models the first component and the plain mean rank models with Spearman ${agreement.toFixed(3)}; its weights are ${nearness(congruence)} equal ones (congruence ${congruence.toFixed(4)}).`,
    `No correlation differs by more than ${upTo(Math.abs(largest.difference ?? 0))} between the two (${largest.benchmark}: ${largest.rho.pc1?.toFixed(3)} and ${largest.rho.mean?.toFixed(3)}).`,
    ruleFlips.length === 0
      ? `At |ρ| < ${threshold} no benchmark changes side.`
      : `At |ρ| < ${threshold}, ${ruleFlips.length} of ${compared.length} benchmarks change side.`,
    ...beyondChance(compared, level),
    ...(verdictFlips === null ? [] : [flippedVerdicts(verdictFlips, threshold)]),
  ].join(" ");
}

/** A difference that is certain can still be too small to matter, and one that is not certain too large to dismiss. */
function beyondChance(compared: readonly ComparisonRow[], level: number): string[] {
  const resampled = compared.filter((b) => b.interval !== null);
  if (resampled.length === 0) {
    return [
      "Whether these differences exceed chance takes resampling, which this answer was asked without (resamples=0).",
    ];
  }
  const inside = resampled.filter(
    ({ interval }) => Math.abs(interval?.low ?? 1) < SMALL && Math.abs(interval?.high ?? 1) < SMALL,
  );
  const found = resampled.filter(({ q }) => q !== null && q <= FOUND);
  const percent = Number((100 * level).toPrecision(6));
  return [
    `The ${percent} % interval of the difference lies inside ±${SMALL} for ${inside.length} of ${resampled.length} benchmarks${inside.length === resampled.length ? "" : "; for the others these models cannot exclude a difference as large as that"}.`,
    found.length === 0
      ? `No difference is told from 0 at a false discovery rate of ${FOUND}.`
      : `${found.length} differences are told from 0 at a false discovery rate of ${FOUND}.`,
  ];
}

function flippedVerdicts(flips: readonly string[], threshold: number): string {
  if (flips.length === 0) return `No verdict at ±${threshold} differs between the two.`;
  return `${flips.length} ${flips.length === 1 ? "verdict" : "verdicts"} at ±${threshold} ${flips.length === 1 ? "differs" : "differ"} between the two.`;
}

/** Lorenzo-Seva & ten Berge 2006: φ ≥ .95 is taken as equal, .85 to .94 as fair similarity. */
function nearness(congruence: number): string {
  if (congruence >= 0.95) return "close to";
  return congruence >= 0.85 ? "fairly similar to" : "not similar to";
}

/** Rounded up, so that "no more than" stays true. */
function upTo(value: number): string {
  return (Math.ceil(value * 1000) / 1000).toFixed(3);
}
