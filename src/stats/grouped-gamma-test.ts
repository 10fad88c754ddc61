import { groupedConcordance, membersOf, NEAR } from "./grouped-gamma.js";
import type { RandomStream } from "./philox.js";
import type { SortedColumns } from "./sorted-columns.js";

export interface GroupedDesign {
  /** n scores, equal where only rounding would tell them apart. */
  readonly score: Float64Array;
  /** n group numbers, negative for none. */
  readonly groups: Int32Array;
  readonly targets: SortedColumns;
}

/**
 * How many arrangements of each target's values within groups, among the rows that have it, give a γ at least as far from 0
 * as the data do. One arrangement serves every column of a pattern.
 *
 * Source: METHODS §6; Phipson & Smyth 2010 for the one that is added to count and arrangements.
 */
export class GroupedGammaTest {
  readonly #targets: SortedColumns;
  readonly #patterns: readonly Pattern[];
  readonly #columns: readonly Column[];
  readonly #order: Int32Array;

  constructor({ score, groups, targets }: GroupedDesign) {
    const { rows, patterns, present } = targets;
    this.#targets = targets;
    this.#order = new Int32Array(rows);
    this.#patterns = Array.from({ length: patterns }, (_, g) =>
      patternOf(score, groups, present.subarray(g * rows, (g + 1) * rows)),
    );
    this.#columns = Array.from({ length: targets.columns }, (_, c) => columnOf(score, groups, targets, c));
  }

  /** Arrangements from … to − 1; adds to `counts`, one a column. */
  run(stream: RandomStream, from: number, to: number, counts: Int32Array): void {
    for (let b = from; b < to; b++) {
      stream.at(b).shuffle(this.#order);
      for (const pattern of this.#patterns) pattern.arrange(this.#order);
      this.#columns.forEach((column, c) => {
        const pattern = this.#patterns[this.#targets.pattern[c] as number] as Pattern;
        if (this.#isExtreme(pattern, column)) counts[c] = (counts[c] as number) + 1;
      });
    }
  }

  /** Without branches: the sign of a difference of ranks is arithmetic on its bits. */
  #isExtreme({ higherNow, lowerNow }: Pattern, { ranks, bound }: Column): boolean {
    if (bound === Number.POSITIVE_INFINITY) return false;
    let difference = 0;
    let pairs = 0;
    for (let k = 0; k < higherNow.length; k++) {
      const d = (ranks[higherNow[k] as number] as number) - (ranks[lowerNow[k] as number] as number);
      const sign = (d >> 31) | (-d >>> 31);
      difference += sign;
      pairs += sign & 1;
    }
    return pairs > 0 && Math.abs(difference / pairs) >= bound;
  }
}

interface Column {
  /** n: order and ties of the column. */
  readonly ranks: Int32Array;
  /** |γ| from here on is as extreme as the data; infinite where there is no γ. */
  readonly bound: number;
}

interface Pattern {
  /** Pairs of one group that the score does not tie: the rows whose values they have in the arrangement. */
  readonly higherNow: Int32Array;
  readonly lowerNow: Int32Array;
  /** A random order of all rows gives each group's rows a random order. */
  arrange(order: Int32Array): void;
}

function patternOf(score: Float64Array, groups: Int32Array, present: Uint8Array): Pattern {
  const own = groups.map((g, i) => (present[i] === 1 ? g : -1));
  const members = membersOf(own);
  const { higher, lower } = pairsWithin(members, score);
  /** The row whose value each row takes. */
  const source = Int32Array.from(groups.keys());
  const place = new Int32Array(groups.length).fill(-1);
  members.forEach((rows, g) => {
    for (const i of rows) place[i] = g;
  });
  const next = new Int32Array(members.length);
  const [higherNow, lowerNow] = [higher.slice(), lower.slice()];
  return {
    higherNow,
    lowerNow,
    arrange(order) {
      next.fill(0);
      for (const i of order) {
        const g = place[i] as number;
        if (g < 0) continue;
        const rows = members[g] as readonly number[];
        source[rows[next[g] as number] as number] = i;
        next[g] = (next[g] as number) + 1;
      }
      for (let k = 0; k < higher.length; k++) {
        higherNow[k] = source[higher[k] as number] as number;
        lowerNow[k] = source[lower[k] as number] as number;
      }
    },
  };
}

/** Counted first, so that millions of pairs lie in typed arrays from the start. */
function pairsWithin(members: readonly (readonly number[])[], score: Float64Array) {
  const most = members.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  const [higher, lower] = [new Int32Array(most), new Int32Array(most)];
  let k = 0;
  for (const rows of members) {
    for (let a = 1; a < rows.length; a++) {
      for (let b = 0; b < a; b++) {
        const [i, j] = [rows[a] as number, rows[b] as number];
        if (score[i] === score[j]) continue;
        const first = (score[i] as number) > (score[j] as number);
        higher[k] = first ? i : j;
        lower[k] = first ? j : i;
        k += 1;
      }
    }
  }
  return { higher: higher.subarray(0, k), lower: lower.subarray(0, k) };
}

function columnOf(score: Float64Array, groups: Int32Array, targets: SortedColumns, c: number): Column {
  const { order, start, tied, rows } = targets;
  const ranks = new Int32Array(rows);
  const own = new Int32Array(rows).fill(-1);
  let rank = 0;
  for (let k = start[c] as number; k < (start[c + 1] as number); k++) {
    const i = order[k] as number;
    ranks[i] = rank;
    own[i] = groups[i] as number;
    if (tied[k] === 0) rank += 1;
  }
  const { difference, pairs } = groupedConcordance(score, Float64Array.from(ranks), own);
  return { ranks, bound: pairs === 0 ? Number.POSITIVE_INFINITY : Math.abs(difference / pairs) - NEAR };
}
