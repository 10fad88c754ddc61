import { VERDICTS, type Verdict } from "../../src/analysis/verdict.js";
import { type Rate, rateOf } from "./rate.js";
import type { Target } from "./scenarios.js";
import { INTERVALS, type IntervalName, type Trial } from "./trial.js";
import { type Uniformity, uniformity } from "./uniformity.js";

export interface IntervalTally {
  readonly interval: IntervalName;
  /** Matrices in which there was an interval. */
  readonly defined: number;
  readonly coverage: Rate;
  /** The truth lies below, above the interval. */
  readonly below: Rate;
  readonly above: Rate;
  readonly width: { readonly mean: number; readonly error: number };
}

/** What became of one target over all simulated matrices of a scenario. */
export interface TargetTally extends Target {
  /** What the intervals are to cover: ρ, or for rounded scores that of the large simulation. */
  readonly truth: number;
  readonly populationRho: number;
  /** Of the sample coefficients. */
  readonly meanRho: number;
  readonly intervals: readonly IntervalTally[];
  readonly p: Uniformity;
  readonly verdicts: Readonly<Record<Verdict, Rate>>;
}

/** @throws {RangeError} where some matrix gave no ρ, p or verdict: then a rate would be of a selection. */
export function tally(target: Target, populationRho: number, trials: readonly Trial[]): TargetTally {
  const moved = target.shape.startsWith("ties") && target.rho !== 0;
  const truth = moved ? populationRho : target.rho;
  return {
    ...target,
    truth,
    populationRho,
    meanRho: meanOf(trials.map(({ rho }) => given(rho))).mean,
    intervals: INTERVALS.flatMap((name) => {
      const found = trials.flatMap(({ intervals }) => intervals[name] ?? []);
      return found.length === 0 ? [] : [tallyInterval(name, truth, found)];
    }),
    p: uniformity(trials.map(({ p }) => given(p))),
    verdicts: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, rateOf(trials.map((trial) => given(trial.verdict) === verdict))]),
    ) as Record<Verdict, Rate>,
  };
}

function tallyInterval(
  interval: IntervalName,
  truth: number,
  found: readonly { low: number; high: number }[],
): IntervalTally {
  return {
    interval,
    defined: found.length,
    coverage: rateOf(found.map(({ low, high }) => low <= truth && truth <= high)),
    below: rateOf(found.map(({ low }) => truth < low)),
    above: rateOf(found.map(({ high }) => truth > high)),
    width: meanOf(found.map(({ low, high }) => high - low)),
  };
}

function meanOf(values: readonly number[]): { mean: number; error: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
}

function given<T>(value: T | null): T {
  if (value === null) throw new RangeError("a simulated matrix had no answer");
  return value;
}
