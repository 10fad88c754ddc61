/**
 * z of the difference between two correlations that share a variable: r1 = r(x1, y), r2 = r(x2, y) and
 * rx = r(x1, x2), over n cases. Stated for Pearson's r; with Spearman's ρ it is an approximation. `null`
 * where it is undefined: n < 4, a perfect correlation, or x1 and x2 that rank alike.
 *
 * Source: Meng, Rosenthal & Rubin 1992, Psychological Bulletin 111, eq. 1.
 * @example mengRosenthalRubin(0.63, 0.5, 0.4, 50)
 */
export function mengRosenthalRubin(r1: number, r2: number, rx: number, n: number): number | null {
  if (n < 4 || Math.abs(r1) >= 1 || Math.abs(r2) >= 1 || rx >= 1) return null;
  const meanSquare = (r1 ** 2 + r2 ** 2) / 2;
  const f = Math.min(1, (1 - rx) / (2 * (1 - meanSquare)));
  const h = (1 - f * meanSquare) / (1 - meanSquare);
  return (Math.atanh(r1) - Math.atanh(r2)) * Math.sqrt((n - 3) / (2 * (1 - rx) * h));
}
