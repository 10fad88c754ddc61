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
