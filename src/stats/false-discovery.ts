/**
 * Benjamini–Hochberg q of each p: the least false discovery rate at which its test is called a discovery, among all tests
 * given. Valid for independent and for positively dependent tests.
 *
 * Source: Benjamini & Hochberg 1995, in the adjusted form of Yekutieli & Benjamini 1999.
 * @example benjaminiHochberg([0.01, 0.04, 0.03]) // => [0.03, 0.04, 0.04]
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  return stepUp(p, 1);
}

/** The same under any dependence: times Σ 1/i. Source: Benjamini & Yekutieli 2001. */
export function benjaminiYekutieli(p: readonly number[]): number[] {
  return stepUp(
    p,
    p.reduce((sum, _, i) => sum + 1 / (i + 1), 0),
  );
}

function stepUp(p: readonly number[], factor: number): number[] {
  const m = p.length;
  const descending = [...p.keys()].sort((a, b) => (p[b] as number) - (p[a] as number));
  const q = new Array<number>(m);
  let least = 1;
  descending.forEach((i, k) => {
    least = Math.min(least, (factor * m * (p[i] as number)) / (m - k));
    q[i] = least;
  });
  return q;
}
