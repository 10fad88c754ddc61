import { BestSuites, type Suite } from "./best-suites.js";
import { cronbachAlpha } from "./cronbach-alpha.js";
import { addInto, type SuiteSample } from "./suite-sample.js";

/** "Acceptable" by convention (Nunnally 1978); a suite below does not measure one thing. */
export const LEAST_ALPHA = 0.7;
const ROUNDING = 1e-12;

export interface SuiteSearch {
  readonly size: number;
  /** How many of the best are kept. */
  readonly most: number;
}

/**
 * The suites of `size` benchmarks, equal weights on z-scores, whose |ρ| with the score is least among those with α ≥ .7:
 * every one whose first member is among usable[from … to), tried.
 */
export function exhaustSuites(
  sample: SuiteSample,
  search: SuiteSearch,
  from: number,
  to: number,
): readonly Suite[] {
  const { size, most } = search;
  const { usable } = sample;
  const best = new BestSuites(most);
  const members = new Array<number>(size).fill(0);
  const sums = Array.from({ length: size }, () => new Float64Array(sample.models));
  const pairs = (size * (size - 1)) / 2;
  const extend = (depth: number, first: number, until: number, correlated: number): void => {
    for (let k = first; k < until; k++) {
      const j = usable[k] as number;
      let sum = correlated;
      let excluded = false;
      for (let d = 0; d < depth; d++) {
        sum += sample.r(members[d] as number, j);
        excluded ||= sample.isExcluded(members[d] as number, j);
      }
      if (excluded) continue;
      members[depth] = j;
      const last = depth === size - 1;
      const alpha = last ? cronbachAlpha(size, sum / pairs) : 1;
      if (alpha < LEAST_ALPHA - ROUNDING || Number.isNaN(alpha)) continue;
      const total = sums[depth] as Float64Array;
      if (depth === 0) total.set(sample.z(j));
      else addInto(total, sums[depth - 1] as Float64Array, sample.z(j));
      if (!last) extend(depth + 1, k + 1, usable.length, sum);
      else {
        const rho = sample.rho(total);
        if (Math.abs(rho) <= best.bar) best.offer({ members: [...members], rho, alpha });
      }
    }
  };
  extend(0, from, to, 0);
  return best.kept;
}

/** Rounds of swaps; each makes the suite better, so that few are needed. */
const MOST_ROUNDS = 100;

/**
 * From each start: add the benchmark that leaves the best suite until there are `size`, then swap one at a time while that
 * makes it better. A suite with α ≥ .7 is better than one without, the lower |ρ| or else the higher α better. What
 * it finds no single swap improves; it need not be the best there is.
 */
export function climbSuites(
  sample: SuiteSample,
  search: SuiteSearch,
  starts: readonly number[],
): readonly Suite[] {
  const best = new BestSuites(search.most);
  for (const start of starts) {
    let suite: Suite | null = { members: [start], rho: sample.rhoOf([start]), alpha: 1 };
    while (suite !== null && suite.members.length < search.size)
      suite = bestOf(additions(sample, suite.members));
    for (let round = 0; suite !== null && round < MOST_ROUNDS; round++) {
      const better = bestOf(swaps(sample, suite.members));
      if (better === null || compareClimbs(better, suite) >= 0) break;
      suite = better;
    }
    if (suite !== null && isReliable(suite) && !Number.isNaN(suite.rho)) best.offer(suite);
  }
  return best.kept;
}

/** Where to climb from: the benchmarks that follow the score least. */
export function startsOf(sample: SuiteSample, most: number): number[] {
  const alone = sample.usable.map((j) => ({ members: [j], rho: sample.rhoOf([j]), alpha: 1 }));
  return alone
    .sort((a, b) => Math.abs(a.rho) - Math.abs(b.rho) || (a.members[0] as number) - (b.members[0] as number))
    .slice(0, most)
    .map(({ members }) => members[0] as number);
}

function* additions(sample: SuiteSample, members: readonly number[]): Generator<Suite> {
  for (const j of sample.usable) {
    if (members.includes(j) || members.some((member) => sample.isExcluded(member, j))) continue;
    const extended = [...members, j].sort((a, b) => a - b);
    yield { members: extended, rho: sample.rhoOf(extended), alpha: sample.alpha(extended) };
  }
}

function* swaps(sample: SuiteSample, members: readonly number[]): Generator<Suite> {
  for (const out of members) {
    const rest = members.filter((member) => member !== out);
    for (const suite of additions(sample, rest)) if (!suite.members.includes(out)) yield suite;
  }
}

function bestOf(suites: Iterable<Suite>): Suite | null {
  let best: Suite | null = null;
  for (const suite of suites) if (best === null || compareClimbs(suite, best) < 0) best = suite;
  return best;
}

function isReliable({ alpha }: Suite): boolean {
  return alpha >= LEAST_ALPHA - ROUNDING;
}

/** Below 0 where a is better; the first found stays where they are equal. */
function compareClimbs(a: Suite, b: Suite): number {
  if (isReliable(a) !== isReliable(b)) return isReliable(a) ? -1 : 1;
  const difference = isReliable(a) ? Math.abs(a.rho) - Math.abs(b.rho) : b.alpha - a.alpha;
  return Math.abs(difference) > ROUNDING ? difference : 0;
}
