import type { RandomStream } from "./philox.js";
import { requireFinite, type Sample } from "./sample.js";

/** Up to as many groups every way of flipping signs is counted. */
const MOST_EXACT = 20;
/** Relative to Σ|sum|: totals nearer than this to the one observed are as extreme. */
const NEAR = 1e-12;

export interface SignFlipTest {
  /** Two-sided; `null` where it takes random flips and none were asked for. */
  readonly p: number | null;
  readonly exact: boolean;
}

/**
 * Is the total of grouped differences further from 0 than signs alone would bring it, where all differences of a group share
 * one sign? p is the share of the 2^F ways of flipping whole groups that give a total at least as far from 0 (the unflipped
 * one is among them). Beyond 20 groups: `flips` random ones, (count + 1)/(flips + 1). The least p of F groups is 2/2^F.
 * `null` without a group.
 *
 * Source: Fisher 1935, §21; Phipson & Smyth 2010 for the one added.
 * @param sums of the differences of each group.
 * @example signFlipTest([3, 2, 1], 0, stream) // => { p: 0.25, exact: true }
 * @throws {RangeError} on a value that is not finite.
 */
export function signFlipTest(sums: Sample, flips: number, stream: RandomStream): SignFlipTest | null {
  requireFinite(sums);
  if (sums.length === 0) return null;
  const scale = Math.max(...Float64Array.from(sums, Math.abs)) || 1;
  const unit = Array.from(sums, (sum) => sum / scale);
  const total = unit.reduce((a, b) => a + b, 0);
  const bound = Math.abs(total) - NEAR * unit.reduce((a, b) => a + Math.abs(b), 0);
  if (sums.length <= MOST_EXACT) {
    return { p: countExtreme(unit, bound) / 2 ** sums.length, exact: true };
  }
  if (flips === 0) return { p: null, exact: false };
  let extreme = 0;
  for (let b = 0; b < flips; b++) {
    if (Math.abs(flippedTotal(unit, stream.at(b))) >= bound) extreme += 1;
  }
  return { p: (extreme + 1) / (flips + 1), exact: false };
}

/** One random bit a group: positive where it is set. */
function flippedTotal(sums: readonly number[], stream: RandomStream): number {
  let flipped = 0;
  let bits = 0;
  for (let k = 0; k < sums.length; k++) {
    bits = k % 32 === 0 ? stream.word() : bits >>> 1;
    flipped += (sums[k] as number) * (2 * (bits & 1) - 1);
  }
  return flipped;
}

/** How many totals are at least as far from 0 as the bound: totals of two halves of the groups, sorted, met in the middle. */
function countExtreme(sums: readonly number[], bound: number): number {
  if (bound <= 0) return 2 ** sums.length;
  const half = sums.length >> 1;
  const second = signedTotals(sums.slice(half));
  let notAbove = second.length;
  let notBelow = second.length;
  let count = 0;
  for (const first of signedTotals(sums.slice(0, half))) {
    while (notAbove > 0 && first + (second[notAbove - 1] as number) >= bound) notAbove -= 1;
    while (notBelow > 0 && first + (second[notBelow - 1] as number) > -bound) notBelow -= 1;
    count += second.length - notAbove + notBelow;
  }
  return count;
}

/** Σ ± of every choice of signs, ascending. */
function signedTotals(sums: readonly number[]): Float64Array {
  return Float64Array.from(
    sums.reduce((totals, sum) => totals.flatMap((t) => [t - sum, t + sum]), [0]),
  ).sort();
}
