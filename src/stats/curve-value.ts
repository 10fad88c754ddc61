/** A point of a curve; points follow each other along it. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * The height of a curve at x, between neighbouring points by straight lines; `null` where no two neighbours have x between
 * them (never extrapolated). Where the curve passes x more than once: the highest of its values there.
 *
 * @example curveValue([{ x: 0, y: 0 }, { x: -2, y: 1 }], -1) // => 0.5
 */
export function curveValue(points: readonly CurvePoint[], x: number): number | null {
  const found = points.flatMap((a, k) => {
    const b = points[k + 1];
    if (a.x === x) return [a.y];
    return b !== undefined && (a.x - x) * (b.x - x) < 0
      ? [a.y + ((x - a.x) / (b.x - a.x)) * (b.y - a.y)]
      : [];
  });
  return found.length === 0 ? null : Math.max(...found);
}
