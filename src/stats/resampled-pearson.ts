import { copyLanes, LANES, type ResampledCorrelations, type ScoredResample } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

const LEAST_PAIRS = 3;

/** Pearson's r of a resampled score with every target. */
export class ResampledPearson implements ResampledCorrelations {
  readonly #targets: SortedColumns;
  readonly #found: Float64Array;

  constructor(targets: SortedColumns) {
    this.#targets = targets;
    this.#found = new Float64Array(targets.columns * LANES);
  }

  take(lane: number, scored: ScoredResample): void {
    for (let c = 0; c < this.#targets.columns; c++)
      this.#found[c * LANES + lane] = pearson(this.#targets, c, scored);
  }

  write(lanes: number, out: Float64Array, at: number, stride: number): void {
    copyLanes(this.#found, lanes, out, at, stride);
  }
}

function pearson(
  { rows, order, start, values }: SortedColumns,
  c: number,
  { scores, resample: { counts } }: ScoredResample,
): number {
  const [from, end] = [start[c] as number, start[c + 1] as number];
  let [size, meanX, meanY] = [0, 0, 0];
  let [lowX, highX] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [lowY, highY] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = from; k < end; k++) {
    const i = order[k] as number;
    const count = counts[i] as number;
    if (count === 0) continue;
    const [x, y] = [scores[i] as number, values[c * rows + i] as number];
    size += count;
    meanX += count * x;
    meanY += count * y;
    if (x < lowX) lowX = x;
    if (x > highX) highX = x;
    if (y < lowY) lowY = y;
    if (y > highY) highY = y;
  }
  if (size < LEAST_PAIRS || !(highX > lowX && highY > lowY)) return Number.NaN;
  meanX /= size;
  meanY /= size;
  let [xx, yy, xy] = [0, 0, 0];
  for (let k = from; k < end; k++) {
    const i = order[k] as number;
    const count = counts[i] as number;
    const x = (scores[i] as number) - meanX;
    const y = (values[c * rows + i] as number) - meanY;
    xx += count * x * x;
    yy += count * y * y;
    xy += count * x * y;
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}
