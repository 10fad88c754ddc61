// AssemblyScript, compiled by scripts/generate.mjs: the two inner loops that nearly all of a bootstrap's time goes into,
// for four resamples at a time, two in each 128-bit vector. Addresses come from resampling-kernel.ts.

// A lane of row i lies at (i × 4 + lane) × 8 bytes.
const ROW: usize = 32;
const HALF: usize = 16;

/**
 * Spearman's numerator and the target's sum of squares, for every column. Ranks are doubled and whole, so each sum is exact.
 * `order`: rows of each column ascending, column c at start[c] … start[c + 1]; `tied`: 1 where the next row has the same value.
 * `counts`: how often each row was drawn; `score`: per pattern the score's centred ranks times that.
 * To `sums` and `squares`, four lanes a column; a column without ties leaves its squares to the caller.
 */
export function spearman(
  columns: i32,
  rows: i32,
  order: usize,
  start: usize,
  tied: usize,
  hasTies: usize,
  pattern: usize,
  counts: usize,
  score: usize,
  sums: usize,
  squares: usize,
): void {
  for (let c = 0; c < columns; c++) {
    const from = load<i32>(start + (<usize>c << 2));
    const end = load<i32>(start + (<usize>(c + 1) << 2));
    const ranks = score + <usize>(load<i32>(pattern + (<usize>c << 2)) * rows) * ROW;
    const at = <usize>c * ROW;
    if (load<u8>(hasTies + <usize>c) == 0) untied(from, end, order, counts, ranks, sums + at);
    else withTies(from, end, order, tied, counts, ranks, sums + at, squares + at);
  }
}

// @ts-ignore: decorator
@inline
function untied(from: i32, end: i32, order: usize, counts: usize, score: usize, sums: usize): void {
  let below0 = f64x2.splat(0);
  let below1 = f64x2.splat(0);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  for (let k = from; k < end; k++) {
    const row = <usize>load<i32>(order + (<usize>k << 2)) * ROW;
    const upTo0 = f64x2.add(below0, v128.load(counts + row));
    const upTo1 = f64x2.add(below1, v128.load(counts + row + HALF));
    sum0 = f64x2.add(sum0, f64x2.mul(f64x2.add(below0, upTo0), v128.load(score + row)));
    sum1 = f64x2.add(sum1, f64x2.mul(f64x2.add(below1, upTo1), v128.load(score + row + HALF)));
    below0 = upTo0;
    below1 = upTo1;
  }
  v128.store(sums, sum0);
  v128.store(sums + HALF, sum1);
}

// @ts-ignore: decorator
@inline
function withTies(
  from: i32,
  end: i32,
  order: usize,
  tied: usize,
  counts: usize,
  score: usize,
  sums: usize,
  squares: usize,
): void {
  const zero = f64x2.splat(0);
  const third = f64x2.splat(3);
  let below0 = zero;
  let below1 = zero;
  let sum0 = zero;
  let sum1 = zero;
  let cubes0 = zero;
  let cubes1 = zero;
  let tie0 = zero;
  let tie1 = zero;
  let ranks0 = zero;
  let ranks1 = zero;
  for (let k = from; k < end; k++) {
    const row = <usize>load<i32>(order + (<usize>k << 2)) * ROW;
    tie0 = f64x2.add(tie0, v128.load(counts + row));
    tie1 = f64x2.add(tie1, v128.load(counts + row + HALF));
    ranks0 = f64x2.add(ranks0, v128.load(score + row));
    ranks1 = f64x2.add(ranks1, v128.load(score + row + HALF));
    if (load<u8>(tied + <usize>k) == 1) continue;
    const upTo0 = f64x2.add(below0, tie0);
    const upTo1 = f64x2.add(below1, tie1);
    sum0 = f64x2.add(sum0, f64x2.mul(f64x2.add(below0, upTo0), ranks0));
    sum1 = f64x2.add(sum1, f64x2.mul(f64x2.add(below1, upTo1), ranks1));
    cubes0 = f64x2.add(cubes0, f64x2.mul(f64x2.mul(tie0, tie0), tie0));
    cubes1 = f64x2.add(cubes1, f64x2.mul(f64x2.mul(tie1, tie1), tie1));
    below0 = upTo0;
    below1 = upTo1;
    tie0 = zero;
    tie1 = zero;
    ranks0 = zero;
    ranks1 = zero;
  }
  v128.store(sums, sum0);
  v128.store(sums + HALF, sum1);
  const all0 = f64x2.mul(f64x2.mul(below0, below0), below0);
  const all1 = f64x2.mul(f64x2.mul(below1, below1), below1);
  v128.store(squares, f64x2.div(f64x2.sub(all0, cubes0), third));
  v128.store(squares + HALF, f64x2.div(f64x2.sub(all1, cubes1), third));
}

/** Sums of products of a permuted score (m × 4 lanes) with every column (columns × m): four lanes a column, to `sums`. */
export function products(columns: i32, m: i32, permuted: usize, targets: usize, sums: usize): void {
  for (let c = 0; c < columns; c++) {
    let sum0 = f64x2.splat(0);
    let sum1 = f64x2.splat(0);
    let score = permuted;
    for (let k = 0; k < m; k++) {
      const y = v128.load64_splat(targets);
      sum0 = f64x2.add(sum0, f64x2.mul(v128.load(score), y));
      sum1 = f64x2.add(sum1, f64x2.mul(v128.load(score + HALF), y));
      targets += 8;
      score += ROW;
    }
    v128.store(sums, sum0);
    v128.store(sums + HALF, sum1);
    sums += ROW;
  }
}

// The first component of a resample, four lanes at a time. Arrays of p columns are p × n × 4 lanes; `values` and the sorted
// order are those of all rows and have no lanes.

/** z-scores (ddof 0) of every column in each lane, 0 where it is constant there. */
export function standardise(
  p: i32,
  n: i32,
  values: usize,
  counts: usize,
  sizes: usize,
  z: usize,
): void {
  for (let half: usize = 0; half < ROW; half += HALF) {
    const size = v128.load(sizes + half);
    for (let j = 0; j < p; j++) {
      const column = values + <usize>(j * n) * 8;
      const to = z + <usize>(j * n) * ROW + half;
      let sum = f64x2.splat(0);
      let low = f64x2.splat(Infinity);
      let high = f64x2.splat(-Infinity);
      for (let i = 0; i < n; i++) {
        const x = v128.load64_splat(column + <usize>i * 8);
        const count = v128.load(counts + <usize>i * ROW + half);
        const drawn = f64x2.gt(count, f64x2.splat(0));
        sum = f64x2.add(sum, f64x2.mul(count, x));
        low = f64x2.min(low, v128.bitselect(x, f64x2.splat(Infinity), drawn));
        high = f64x2.max(high, v128.bitselect(x, f64x2.splat(-Infinity), drawn));
      }
      const mean = f64x2.div(sum, size);
      let square = f64x2.splat(0);
      for (let i = 0; i < n; i++) {
        const d = f64x2.sub(v128.load64_splat(column + <usize>i * 8), mean);
        square = f64x2.add(square, f64x2.mul(f64x2.mul(v128.load(counts + <usize>i * ROW + half), d), d));
      }
      const moving = f64x2.gt(high, low);
      const inverse = f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.div(square, size)));
      const scale = v128.and(inverse, moving);
      for (let i = 0; i < n; i++) {
        const d = f64x2.sub(v128.load64_splat(column + <usize>i * 8), mean);
        v128.store(to + <usize>i * ROW, f64x2.mul(d, scale));
      }
    }
  }
}

/** Twice the midrank less its mean, of every row in every column of each lane: whole numbers. */
export function rank(
  p: i32,
  n: i32,
  order: usize,
  start: usize,
  tied: usize,
  counts: usize,
  sizes: usize,
  ranks: usize,
): void {
  for (let half: usize = 0; half < ROW; half += HALF) {
    const size = v128.load(sizes + half);
    for (let j = 0; j < p; j++) {
      const to = ranks + <usize>(j * n) * ROW + half;
      const end = load<i32>(start + (<usize>(j + 1) << 2));
      let below = f64x2.splat(0);
      for (let k = load<i32>(start + (<usize>j << 2)); k < end; ) {
        let last = k;
        let weight = v128.load(counts + <usize>load<i32>(order + (<usize>k << 2)) * ROW + half);
        while (load<u8>(tied + <usize>last) == 1) {
          last += 1;
          weight = f64x2.add(
            weight,
            v128.load(counts + <usize>load<i32>(order + (<usize>last << 2)) * ROW + half),
          );
        }
        const upTo = f64x2.add(below, weight);
        const centred = f64x2.sub(f64x2.add(below, upTo), size);
        for (; k <= last; k++) v128.store(to + <usize>load<i32>(order + (<usize>k << 2)) * ROW, centred);
        below = upTo;
      }
    }
  }
}

/**
 * R of the columns that vary, p × p × 4 lanes; a column that does not, which is all zeros in x, has a row and a column of
 * zeros. `counted` (n × 4) and `norms` (p × 4) are room to work in.
 */
export function correlate(
  p: i32,
  n: i32,
  x: usize,
  counts: usize,
  counted: usize,
  norms: usize,
  r: usize,
): void {
  const zero = f64x2.splat(0);
  const end = <usize>n * ROW;
  for (let half: usize = 0; half < ROW; half += HALF) {
    for (let j = 0; j < p; j++) {
      const own = x + <usize>(j * n) * ROW + half;
      let square = zero;
      for (let i: usize = 0; i < end; i += ROW) {
        const value = v128.load(own + i);
        const times = f64x2.mul(value, v128.load(counts + i + half));
        v128.store(counted + i + half, times);
        square = f64x2.add(square, f64x2.mul(times, value));
      }
      const moving = f64x2.gt(square, zero);
      const norm = v128.and(f64x2.div(f64x2.splat(1), f64x2.sqrt(square)), moving);
      v128.store(norms + <usize>j * ROW + half, norm);
      v128.store(r + <usize>(j * p + j) * ROW + half, v128.and(f64x2.splat(1), moving));
      for (let k = 0; k < j; k++) {
        const other = x + <usize>(k * n) * ROW + half;
        let sum0 = zero;
        let sum1 = zero;
        let i: usize = 0;
        for (; i + ROW < end; i += 2 * ROW) {
          const a = counted + i + half;
          sum0 = f64x2.add(sum0, f64x2.mul(v128.load(a), v128.load(other + i)));
          sum1 = f64x2.add(sum1, f64x2.mul(v128.load(a + ROW), v128.load(other + i + ROW)));
        }
        if (i < end) sum0 = f64x2.add(sum0, f64x2.mul(v128.load(counted + i + half), v128.load(other + i)));
        const scale = f64x2.mul(norm, v128.load(norms + <usize>k * ROW + half));
        const value = f64x2.mul(scale, f64x2.add(sum0, sum1));
        v128.store(r + <usize>(j * p + k) * ROW + half, value);
        v128.store(r + <usize>(k * p + j) * ROW + half, value);
      }
    }
  }
}

/**
 * Power iteration on R from `original` (p, without lanes), to `v` (p × 4). A lane that has settled stays as it is, so
 * that it does not depend on its neighbours. Returns a bit for each lane that did not settle.
 */
export function iterate(p: i32, r: usize, original: usize, v: usize, product: usize, most: i32, settled: f64): i32 {
  let unsettled = 0;
  for (let half: usize = 0; half < ROW; half += HALF) {
    for (let j = 0; j < p; j++) {
      v128.store(v + <usize>j * ROW + half, v128.load64_splat(original + <usize>j * 8));
    }
    let active = i64x2.splat(-1);
    for (let step = 0; step < most && v128.any_true(active); step++) {
      let square = f64x2.splat(0);
      for (let i = 0; i < p; i++) {
        const row = r + <usize>(i * p) * ROW + half;
        let sum0 = f64x2.splat(0);
        let sum1 = f64x2.splat(0);
        let j = 0;
        for (; j + 1 < p; j += 2) {
          const at = <usize>j * ROW;
          sum0 = f64x2.add(sum0, f64x2.mul(v128.load(row + at), v128.load(v + at + half)));
          sum1 = f64x2.add(sum1, f64x2.mul(v128.load(row + at + ROW), v128.load(v + at + ROW + half)));
        }
        if (j < p) {
          const at = <usize>j * ROW;
          sum0 = f64x2.add(sum0, f64x2.mul(v128.load(row + at), v128.load(v + at + half)));
        }
        const sum = f64x2.add(sum0, sum1);
        v128.store(product + <usize>i * ROW + half, sum);
        square = f64x2.add(square, f64x2.mul(sum, sum));
      }
      // A lane where nothing varies becomes NaN and never settles.
      const inverse = f64x2.div(f64x2.splat(1), f64x2.sqrt(square));
      let moved = f64x2.splat(0);
      for (let i = 0; i < p; i++) {
        const at = <usize>i * ROW + half;
        const next = f64x2.mul(v128.load(product + at), inverse);
        const before = v128.load(v + at);
        moved = f64x2.max(moved, f64x2.abs(f64x2.sub(next, before)));
        v128.store(v + at, v128.bitselect(next, before, active));
      }
      active = v128.andnot(active, f64x2.lt(moved, f64x2.splat(settled)));
    }
    const lane = half == 0 ? 1 : 4;
    if (i64x2.extract_lane(active, 0) != 0) unsettled |= lane;
    if (i64x2.extract_lane(active, 1) != 0) unsettled |= lane << 1;
  }
  return unsettled;
}

/** Σ column × weight for each row and lane, added in column order, so that equal rows have equal sums to the bit. */
export function project(p: i32, n: i32, x: usize, v: usize, scores: usize): void {
  for (let half: usize = 0; half < ROW; half += HALF) {
    for (let i = 0; i < n; i++) {
      const row = <usize>i * ROW + half;
      let sum = f64x2.splat(0);
      for (let j = 0; j < p; j++) {
        const weight = v128.load(v + <usize>j * ROW + half);
        sum = f64x2.add(sum, f64x2.mul(weight, v128.load(x + <usize>(j * n) * ROW + row)));
      }
      v128.store(scores + row, sum);
    }
  }
}
