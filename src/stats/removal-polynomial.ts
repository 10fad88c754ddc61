import type { CorrelationMethod } from "./correlation.js";
import { type Sample, shiftedTowardsUnit } from "./sample.js";

/**
 * What a sum over pairs and triples of n rows becomes when rows are removed, as a polynomial of the removals:
 * without t it is total − single[t], without t and v it is total − single[t] − single[v] + pair[t, v], and
 * removing s takes triple[s, t, v] from pair[t, v]. Exact, however many rows are removed: nothing is ranked again.
 */
export interface RemovalPolynomial {
  readonly rows: number;
  readonly total: number;
  /** One a row: the terms that it is part of. */
  readonly single: Float64Array;
  /** Rows × rows, read where the column is above the row: the terms that both are part of. */
  readonly pair: Float64Array;
  /** Rows × rows × rows, read in ascending order; `null` for a sum over pairs alone. */
  readonly triple: Int8Array | null;
}

/** A correlation is numerator / √(x · y), each a polynomial; `null` for both where no value is tied: x = y is then known. */
export interface CorrelationPolynomials {
  readonly numerator: RemovalPolynomial;
  readonly x: RemovalPolynomial | null;
  readonly y: RemovalPolynomial | null;
}

/**
 * Daniels' general coefficient Σ a b / √(Σ a² · Σ b²) of paired samples. Pearson's r: a is the difference of two rows,
 * over pairs. Kendall's τ-b: its sign. Spearman's ρ: a is the sum of a row's signs against all rows, which is its
 * centred, doubled midrank; the products of two such sums are over pairs and triples.
 *
 * Source: Daniels 1944, The relation between measures of correlation in the universe of sample permutations.
 * @throws {RangeError} on a value that is not finite.
 */
export function correlationPolynomials(
  x: Sample,
  y: Sample,
  method: CorrelationMethod,
): CorrelationPolynomials {
  if (method === "pearson") {
    const [a, b] = [differences(x), differences(y)];
    return { numerator: overPairs(a, b), x: overPairs(a, a), y: overPairs(b, b) };
  }
  const [a, b] = [signs(x), signs(y)];
  const sum = method === "spearman" ? overTriples : overPairs;
  const tied = hasTies(a, x.length) || hasTies(b, y.length);
  return { numerator: sum(a, b), x: tied ? sum(a, a) : null, y: tied ? sum(b, b) : null };
}

/** Σ a² of m rows without a tie. */
export function untiedSquares(rows: number, method: "spearman" | "kendall"): number {
  return method === "spearman" ? (rows * (rows * rows - 1)) / 3 : (rows * (rows - 1)) / 2;
}

type Table = Int8Array | Float64Array;

function differences(x: Sample): Float64Array {
  const shifted = shiftedTowardsUnit(x);
  const n = shifted.length;
  return Float64Array.from({ length: n * n }, (_, at) => {
    return (shifted[Math.floor(at / n)] as number) - (shifted[at % n] as number);
  });
}

function signs(x: Sample): Int8Array {
  const n = x.length;
  const table = new Int8Array(n * n);
  for (let i = 0; i < n; i++) {
    const value = x[i] as number;
    for (let j = 0; j < i; j++) {
      const sign = value > (x[j] as number) ? 1 : value < (x[j] as number) ? -1 : 0;
      table[i * n + j] = sign;
      table[j * n + i] = -sign;
    }
  }
  return table;
}

function hasTies(sign: Int8Array, n: number): boolean {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (sign[i * n + j] === 0) return true;
  return false;
}

/** Σ a b over unordered pairs. */
function overPairs(a: Table, b: Table): RemovalPolynomial {
  const n = Math.sqrt(a.length);
  const single = new Float64Array(n);
  const pair = new Float64Array(n * n);
  let total = 0;
  for (let t = 0; t < n; t++) {
    for (let v = t + 1; v < n; v++) {
      const term = (a[t * n + v] as number) * (b[t * n + v] as number);
      pair[t * n + v] = term;
      single[t] = (single[t] as number) + term;
      single[v] = (single[v] as number) + term;
      total += term;
    }
  }
  return { rows: n, total, single, pair, triple: null };
}

/** Σ over rows of (Σ a)(Σ b): pairs count twice, triples once for each of the two others beside each row. */
function overTriples(a: Table, b: Table): RemovalPolynomial {
  const n = Math.sqrt(a.length);
  const { total: pairs, single, pair } = overPairs(a, b);
  for (let t = 0; t < n; t++) single[t] = 2 * (single[t] as number);
  for (let at = 0; at < pair.length; at++) pair[at] = 2 * (pair[at] as number);
  const triple = new Int8Array(n * n * n);
  let total = 2 * pairs;
  for (let s = 0; s < n; s++) {
    for (let t = s + 1; t < n; t++) {
      const [ast, bst] = [a[s * n + t] as number, b[s * n + t] as number];
      let ofBoth = 0;
      for (let v = t + 1; v < n; v++) {
        const [asv, bsv] = [a[s * n + v] as number, b[s * n + v] as number];
        const [atv, btv] = [a[t * n + v] as number, b[t * n + v] as number];
        // Beside s: st·sv; beside t, where ts = −st: ts·tv; beside v: vs·vt = sv·tv.
        const term = ast * bsv + asv * bst - ast * btv - atv * bst + asv * btv + atv * bsv;
        triple[(s * n + t) * n + v] = term;
        pair[s * n + v] = (pair[s * n + v] as number) + term;
        pair[t * n + v] = (pair[t * n + v] as number) + term;
        single[v] = (single[v] as number) + term;
        ofBoth += term;
      }
      pair[s * n + t] = (pair[s * n + t] as number) + ofBoth;
      single[s] = (single[s] as number) + ofBoth;
      single[t] = (single[t] as number) + ofBoth;
      total += ofBoth;
    }
  }
  return { rows: n, total, single, pair, triple };
}
