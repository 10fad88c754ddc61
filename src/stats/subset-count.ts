/**
 * C(n, k), the number of subsets of k among n; Infinity where it passes 2⁵³.
 *
 * @example subsetCount(26, 5) // => 65780
 */
export function subsetCount(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let count = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) {
    count = (count * (n - i + 1)) / i;
    if (count > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  }
  return Math.round(count);
}
