import { requirePairs, type Sample } from "./sample.js";

/** Pairs of one group that are untied on both sides. */
export interface Concordance {
  /** Concordant less discordant pairs. */
  readonly difference: number;
  /** Concordant and discordant pairs. */
  readonly pairs: number;
}

/** A γ at least this near the observed one is as extreme. */
export const NEAR = 1e-12;

/** The members of each group of two or more, in order; a negative number is no group. */
export function membersOf(groups: ArrayLike<number>): readonly (readonly number[])[] {
  const members = new Map<number, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const g = groups[i] as number;
    if (g < 0) continue;
    const own = members.get(g);
    if (own === undefined) members.set(g, [i]);
    else own.push(i);
  }
  return [...members.values()].filter((own) => own.length > 1);
}

/**
 * Σ(C − D) and Σ(C + D) over the pairs of one group; their ratio is Goodman and Kruskal's γ within groups, undefined without
 * a pair that is untied on both sides. What differs between groups plays no part in it.
 *
 * Source: Goodman & Kruskal 1954; METHODS §6.
 * @param groups one group number a value, negative for none.
 * @example groupedConcordance([1, 2, 3, 9], [1, 3, 2, 0], [0, 0, 0, 1]) // => { difference: 1, pairs: 3 }
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function groupedConcordance(x: Sample, y: Sample, groups: ArrayLike<number>): Concordance {
  requirePairs(x, y);
  let difference = 0;
  let pairs = 0;
  for (const members of membersOf(groups)) {
    const [own, other] = [members.map((i) => x[i] as number), members.map((i) => y[i] as number)];
    const found = concordanceOf(own, other);
    difference += found.difference;
    pairs += found.pairs;
  }
  return { difference, pairs };
}

function concordanceOf(x: readonly number[], y: readonly number[]): Concordance {
  let difference = 0;
  let pairs = 0;
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const sign =
        Math.sign((x[i] as number) - (x[j] as number)) * Math.sign((y[i] as number) - (y[j] as number));
      difference += sign;
      pairs += sign === 0 ? 0 : 1;
    }
  }
  return { difference, pairs };
}

/** Arrangements of the values within groups: Π n! over the groups; infinite where that overflows. */
export function arrangementsOf(groups: ArrayLike<number>): number {
  return membersOf(groups).reduce((product, { length }) => {
    let all = product;
    for (let k = 2; k <= length; k++) all *= k;
    return all;
  }, 1);
}

/**
 * Exact two-sided p of γ within groups: the share of all arrangements of y within groups whose |γ| is at least the observed
 * one. Each group's arrangements are gone through once, and the groups' counts convolved. `null` where γ is undefined.
 *
 * Source: METHODS §6.
 * @param known what groups with the same ties gave before: it depends on nothing else.
 * @throws {RangeError} on unequal lengths or a value that is not finite.
 */
export function exactGammaP(
  x: Sample,
  y: Sample,
  groups: ArrayLike<number>,
  known = new Map<string, Outcomes>(),
): number | null {
  const { difference, pairs } = groupedConcordance(x, y, groups);
  if (pairs === 0) return null;
  let joint: Outcomes = new Map([["0 0", { difference: 0, pairs: 0, share: 1 }]]);
  for (const members of membersOf(groups)) {
    const [own, other] = [members.map((i) => x[i] as number), members.map((i) => y[i] as number)];
    const key = `${tieSizes(own)}/${tieSizes(other)}`;
    const outcomes = known.get(key) ?? outcomesOf(own, other);
    known.set(key, outcomes);
    joint = convolved(joint, outcomes);
  }
  const observed = Math.abs(difference / pairs) - NEAR;
  let p = 0;
  for (const outcome of joint.values()) {
    if (outcome.pairs > 0 && Math.abs(outcome.difference / outcome.pairs) >= observed) p += outcome.share;
  }
  return Math.min(1, p);
}

/** What arrangements give, by difference and pairs, with the share of arrangements that give it. */
export type Outcomes = Map<string, Concordance & { readonly share: number }>;

function convolved(a: Outcomes, b: Outcomes): Outcomes {
  const joint: Outcomes = new Map();
  for (const one of a.values()) {
    for (const other of b.values()) {
      add(joint, one.difference + other.difference, one.pairs + other.pairs, one.share * other.share);
    }
  }
  return joint;
}

function add(outcomes: Outcomes, difference: number, pairs: number, share: number): void {
  const key = `${difference} ${pairs}`;
  outcomes.set(key, { difference, pairs, share: share + (outcomes.get(key)?.share ?? 0) });
}

/** How many values share each rank, from the lowest. */
function tieSizes(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.map((value, i) => (value === sorted[i - 1] ? "=" : "<")).join("");
}

/** Every distinct arrangement of y, each as likely as the others: they are gone through in lexicographic order. */
function outcomesOf(x: readonly number[], y: readonly number[]): Outcomes {
  const counts = new Map<string, number>();
  const arranged = [...y].sort((a, b) => a - b);
  let total = 0;
  do {
    const { difference, pairs } = concordanceOf(x, arranged);
    const key = `${difference} ${pairs}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    total += 1;
  } while (toNext(arranged));
  const outcomes: Outcomes = new Map();
  for (const [key, count] of counts) {
    const [difference, pairs] = key.split(" ").map(Number) as [number, number];
    add(outcomes, difference, pairs, count / total);
  }
  return outcomes;
}

/** The next arrangement in lexicographic order, in place; false after the last (Narayana). */
function toNext(values: number[]): boolean {
  let i = values.length - 2;
  while (i >= 0 && (values[i] as number) >= (values[i + 1] as number)) i -= 1;
  if (i < 0) return false;
  let j = values.length - 1;
  while ((values[j] as number) <= (values[i] as number)) j -= 1;
  swap(values, i, j);
  for (let low = i + 1, high = values.length - 1; low < high; low++, high--) swap(values, low, high);
  return true;
}

function swap(values: number[], i: number, j: number): void {
  const kept = values[i] as number;
  values[i] = values[j] as number;
  values[j] = kept;
}
