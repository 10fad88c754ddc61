import type { CorrelationMethod } from "./correlation.js";
import { GroupedKendall } from "./grouped-kendall.js";
import { type Arena, bytesFor, withArena } from "./kernel/arena.js";
import type { RandomStream } from "./philox.js";
import { midranks } from "./ranks.js";
import { emptyResample } from "./resample.js";
import { zScores } from "./sample.js";
import { LANES } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

/** Correlations nearer than this to the one observed are as extreme. */
const NEAR = 1e-12;

export interface PermutationDesign {
  /** n scores, equal where only rounding would tell them apart. */
  readonly score: Float64Array;
  readonly targets: SortedColumns;
  readonly correlation: CorrelationMethod;
}

/** Counts, for the columns of one pattern, the permutations that are at least as extreme as the data. */
interface NullCounter {
  /** @param order lanes × m: permutations of the pattern's rows. */
  add(order: readonly Int32Array[], lanes: number, counts: Int32Array): void;
}

/**
 * How many permutations of each target's values, among the rows that it has, give a correlation with the score at least as
 * far from 0 as the data do: permutations from … to − 1, added to `counts`, one a column. The score stays fixed; ties
 * stay. One permutation serves every column of a pattern.
 *
 * Source: METHODS §5; Phipson & Smyth 2010 for the one that is added to count and permutations.
 */
export function countExtremePermutations(
  design: PermutationDesign,
  stream: RandomStream,
  { from, to }: { readonly from: number; readonly to: number },
  counts: Int32Array,
): void {
  withArena(bytesOf(design), (arena) => new PermutationTest(design, arena).run(stream, from, to, counts));
}

class PermutationTest {
  readonly #rows: number;
  readonly #present: readonly Uint8Array[];
  readonly #counters: readonly NullCounter[];
  readonly #shuffled: Int32Array;
  /** Patterns × lanes. */
  readonly #orders: readonly (readonly Int32Array[])[];

  constructor(design: PermutationDesign, arena: Arena) {
    const { rows, patterns, present } = design.targets;
    this.#rows = rows;
    this.#shuffled = new Int32Array(rows);
    this.#present = Array.from({ length: patterns }, (_, g) => present.subarray(g * rows, (g + 1) * rows));
    this.#orders = this.#present.map((has) =>
      Array.from({ length: LANES }, () => new Int32Array(has.reduce((sum, one) => sum + one, 0))),
    );
    this.#counters = this.#present.map((has, g) => counterOf(design, g, has, arena));
  }

  run(stream: RandomStream, from: number, to: number, counts: Int32Array): void {
    for (let at = from; at < to; at += LANES) {
      const lanes = Math.min(LANES, to - at);
      for (let lane = 0; lane < lanes; lane++) this.#shuffle(stream.at(at + lane), lane);
      this.#counters.forEach((counter, g) => {
        counter.add(this.#orders[g] as readonly Int32Array[], lanes, counts);
      });
    }
  }

  /** A random order of all rows gives each pattern's rows a random order. */
  #shuffle(stream: RandomStream, lane: number): void {
    stream.shuffle(this.#shuffled);
    this.#present.forEach((has, g) => {
      const order = this.#orders[g]?.[lane] as Int32Array;
      let length = 0;
      for (let k = 0; k < this.#rows; k++) {
        const i = this.#shuffled[k] as number;
        if (has[i] === 1) order[length++] = i;
      }
    });
  }
}

/** Of the arena: for each pattern the permuted score and the sums, and all columns. */
function bytesOf({ targets: { rows, columns, patterns }, correlation }: PermutationDesign): number {
  if (correlation === "kendall") return 0;
  const lanes = 8 * LANES;
  return bytesFor([patterns * lanes * rows, columns * lanes, 8 * columns * rows]) + 64 * patterns;
}

function counterOf(design: PermutationDesign, pattern: number, has: Uint8Array, arena: Arena): NullCounter {
  const { targets, correlation } = design;
  const rows = Int32Array.from(has.keys()).filter((i) => has[i] === 1);
  const columns = Int32Array.from({ length: targets.columns }, (_, c) => c).filter(
    (c) => targets.pattern[c] === pattern,
  );
  return correlation === "kendall"
    ? new KendallCounter(design, rows, columns)
    : new ProductCounter(design, rows, columns, arena);
}

/** Spearman's ρ and Pearson's r are sums of products over something that no permutation changes. */
class ProductCounter implements NullCounter {
  readonly #columns: Int32Array;
  readonly #size: number;
  readonly #score: Float64Array;
  /** Columns × m. */
  readonly #targets: Float64Array;
  /** Sums at least this far from 0 are as extreme as the data; infinite where there is no correlation. */
  readonly #bounds: Float64Array;
  /** m × lanes: the score as permuted. */
  readonly #permuted: Float64Array;
  /** Columns × lanes. */
  readonly #sums: Float64Array;
  readonly #arena: Arena;

  constructor(
    { score, targets, correlation }: PermutationDesign,
    rows: Int32Array,
    columns: Int32Array,
    arena: Arena,
  ) {
    const m = rows.length;
    const own = Float64Array.from(rows, (i) => score[i] as number);
    const x = (correlation === "spearman" ? centredRanks(own) : zScores(own)) ?? new Float64Array(m);
    this.#columns = columns;
    this.#size = m;
    this.#arena = arena;
    this.#permuted = arena.float64(m * LANES);
    this.#targets = arena.float64(columns.length * m);
    this.#sums = arena.float64(columns.length * LANES);
    this.#bounds = new Float64Array(columns.length);
    this.#score = new Float64Array(targets.rows);
    rows.forEach((i, k) => {
      this.#score[i] = x[k] as number;
    });
    columns.forEach((c, place) => {
      const y = this.#targets.subarray(place * m, (place + 1) * m);
      if (correlation === "spearman") ranksOf(targets, c, rows, y);
      else standardisedValues(targets, c, rows, y);
      const product = innerProduct(x, y);
      const scale = Math.sqrt(innerProduct(x, x) * innerProduct(y, y));
      this.#bounds[place] =
        m < 3 || scale === 0 ? Number.POSITIVE_INFINITY : Math.abs(product) - NEAR * scale;
    });
  }

  add(order: readonly Int32Array[], lanes: number, counts: Int32Array): void {
    const m = this.#size;
    this.#permuted.fill(0);
    for (let lane = 0; lane < lanes; lane++) {
      const permutation = order[lane] as Int32Array;
      for (let k = 0; k < m; k++)
        this.#permuted[k * LANES + lane] = this.#score[permutation[k] as number] as number;
    }
    this.#arena.loops.products(
      this.#columns.length,
      m,
      this.#permuted.byteOffset,
      this.#targets.byteOffset,
      this.#sums.byteOffset,
    );
    for (let place = 0; place < this.#columns.length; place++) {
      const bound = this.#bounds[place] as number;
      const c = this.#columns[place] as number;
      for (let lane = 0; lane < lanes; lane++) {
        if (Math.abs(this.#sums[place * LANES + lane] as number) >= bound)
          counts[c] = (counts[c] as number) + 1;
      }
    }
  }
}

/** Twice the midrank less its mean: whole numbers. */
function centredRanks(values: Float64Array): Float64Array {
  return midranks(values).map((rank) => 2 * rank - (values.length + 1));
}

/** The same of a sorted column, without sorting it again, in the order of `rows`. */
function ranksOf(
  { rows: n, order, start, tied }: SortedColumns,
  c: number,
  rows: Int32Array,
  into: Float64Array,
): void {
  const ranks = new Float64Array(n);
  const end = start[c + 1] as number;
  for (let k = start[c] as number, below = 0; k < end; ) {
    let last = k;
    while (tied[last] === 1) last += 1;
    const size = last + 1 - k;
    for (; k <= last; k++) ranks[order[k] as number] = 2 * below + size - rows.length;
    below += size;
  }
  rows.forEach((i, k) => {
    into[k] = ranks[i] as number;
  });
}

function standardisedValues(
  { rows: n, values }: SortedColumns,
  c: number,
  rows: Int32Array,
  into: Float64Array,
): void {
  const standardised = zScores(Float64Array.from(rows, (i) => values[c * n + i] as number));
  if (standardised !== null) into.set(standardised);
}

function innerProduct(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k] as number) * (y[k] as number);
  return sum;
}

class KendallCounter implements NullCounter {
  readonly #kendall: GroupedKendall;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #ones: Float64Array;
  /** n: the score's tie groups, and the same as permuted. */
  readonly #group: Int32Array;
  readonly #permuted: Int32Array;
  readonly #groups: number;
  readonly #bounds: Float64Array;

  constructor({ score, targets }: PermutationDesign, rows: Int32Array, columns: Int32Array) {
    this.#kendall = new GroupedKendall(targets);
    this.#rows = rows;
    this.#columns = columns;
    this.#ones = emptyResample(targets.rows).counts.fill(1);
    const distinct = [...new Set(Array.from(rows, (i) => score[i] as number))].sort((a, b) => a - b);
    const numbers = new Map(distinct.map((value, g) => [value, g + 1]));
    this.#groups = distinct.length;
    this.#group = new Int32Array(targets.rows);
    for (const i of rows) this.#group[i] = numbers.get(score[i] as number) as number;
    this.#permuted = this.#group.slice();
    this.#bounds = Float64Array.from(columns, (c) => Math.abs(this.#tau(c, this.#group)) - NEAR);
  }

  add(order: readonly Int32Array[], lanes: number, counts: Int32Array): void {
    for (let lane = 0; lane < lanes; lane++) {
      const permutation = order[lane] as Int32Array;
      this.#rows.forEach((i, k) => {
        this.#permuted[i] = this.#group[permutation[k] as number] as number;
      });
      this.#columns.forEach((c, place) => {
        // Where there is no correlation the bound is NaN, and nothing is as extreme.
        if (Math.abs(this.#tau(c, this.#permuted)) >= (this.#bounds[place] as number))
          counts[c] = (counts[c] as number) + 1;
      });
    }
  }

  #tau(c: number, group: Int32Array): number {
    return this.#kendall.of(c, this.#ones, group, this.#groups);
  }
}
