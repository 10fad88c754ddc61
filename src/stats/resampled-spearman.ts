import { LANES, type ResampledCorrelations, type ScoredResample } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

const LEAST_PAIRS = 3;

/**
 * Spearman's ρ of four resamples at a time. Ranks are doubled and centred, hence whole numbers, and a row that was drawn
 * twice counts twice: every sum below is exact, whatever its order. Since the score's ranks sum to zero, a target's need
 * not be centred; since a column without ties has only the ties that drawing makes, its sum of squares is that of all such columns.
 */
export class ResampledSpearman implements ResampledCorrelations {
  readonly #targets: SortedColumns;
  readonly #scratch: Float64Array;
  /** n × lanes: how often each row was drawn. */
  readonly #counts: Float64Array;
  /** Patterns × n × lanes: the score's ranks times that. */
  readonly #score: Float64Array;
  /** Patterns × lanes: the score's sum of squares, the number of rows, and the sum of squares of a column without ties. */
  readonly #squares: Float64Array;
  readonly #sizes: Float64Array;
  readonly #untied: Float64Array;

  constructor(targets: SortedColumns) {
    const { rows, patterns } = targets;
    this.#targets = targets;
    this.#scratch = new Float64Array(rows);
    this.#counts = new Float64Array(rows * LANES);
    this.#score = new Float64Array(patterns * rows * LANES);
    this.#squares = new Float64Array(patterns * LANES);
    this.#sizes = new Float64Array(patterns * LANES);
    this.#untied = new Float64Array(patterns * LANES);
  }

  take(lane: number, { resample, ranked }: ScoredResample): void {
    const { rows, patterns, present } = this.#targets;
    const { counts } = resample;
    for (let i = 0; i < rows; i++) this.#counts[i * LANES + lane] = counts[i] as number;
    for (let pattern = 0; pattern < patterns; pattern++) {
      const at = pattern * LANES + lane;
      this.#squares[at] = ranked.among(this.#targets, pattern, resample, this.#scratch);
      let size = 0;
      let cubes = 0;
      for (let i = 0; i < rows; i++) {
        const count = (counts[i] as number) * (present[pattern * rows + i] as number);
        size += count;
        cubes += count * count * count;
        this.#score[(pattern * rows + i) * LANES + lane] = this.#scratch[i] as number;
      }
      this.#sizes[at] = size;
      this.#untied[at] = (size * size * size - cubes) / 3;
    }
  }

  write(lanes: number, out: Float64Array, at: number, stride: number): void {
    const { columns, hasTies } = this.#targets;
    for (let c = 0; c < columns; c++) {
      if (hasTies[c] === 1) this.#writeTied(c, lanes, out, c * stride + at);
      else this.#writeUntied(c, lanes, out, c * stride + at);
    }
  }

  #writeUntied(c: number, lanes: number, out: Float64Array, at: number): void {
    const { order, start, pattern, rows } = this.#targets;
    const [counts, score] = [this.#counts, this.#score];
    const from = (pattern[c] as number) * rows * LANES;
    const end = start[c + 1] as number;
    let below0 = 0;
    let below1 = 0;
    let below2 = 0;
    let below3 = 0;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let k = start[c] as number; k < end; k++) {
      const i = (order[k] as number) * LANES;
      const upTo0 = below0 + (counts[i] as number);
      const upTo1 = below1 + (counts[i + 1] as number);
      const upTo2 = below2 + (counts[i + 2] as number);
      const upTo3 = below3 + (counts[i + 3] as number);
      sum0 += (below0 + upTo0) * (score[from + i] as number);
      sum1 += (below1 + upTo1) * (score[from + i + 1] as number);
      sum2 += (below2 + upTo2) * (score[from + i + 2] as number);
      sum3 += (below3 + upTo3) * (score[from + i + 3] as number);
      below0 = upTo0;
      below1 = upTo1;
      below2 = upTo2;
      below3 = upTo3;
    }
    const lane = (pattern[c] as number) * LANES;
    out[at] = this.#rho(lane, sum0, this.#untied[lane] as number);
    if (lanes > 1) out[at + 1] = this.#rho(lane + 1, sum1, this.#untied[lane + 1] as number);
    if (lanes > 2) out[at + 2] = this.#rho(lane + 2, sum2, this.#untied[lane + 2] as number);
    if (lanes > 3) out[at + 3] = this.#rho(lane + 3, sum3, this.#untied[lane + 3] as number);
  }

  #writeTied(c: number, lanes: number, out: Float64Array, at: number): void {
    const { order, start, tied, pattern, rows } = this.#targets;
    const [counts, score] = [this.#counts, this.#score];
    const from = (pattern[c] as number) * rows * LANES;
    const end = start[c + 1] as number;
    let below0 = 0;
    let below1 = 0;
    let below2 = 0;
    let below3 = 0;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    let cubes0 = 0;
    let cubes1 = 0;
    let cubes2 = 0;
    let cubes3 = 0;
    let tie0 = 0;
    let tie1 = 0;
    let tie2 = 0;
    let tie3 = 0;
    let ranks0 = 0;
    let ranks1 = 0;
    let ranks2 = 0;
    let ranks3 = 0;
    for (let k = start[c] as number; k < end; k++) {
      const i = (order[k] as number) * LANES;
      tie0 += counts[i] as number;
      tie1 += counts[i + 1] as number;
      tie2 += counts[i + 2] as number;
      tie3 += counts[i + 3] as number;
      ranks0 += score[from + i] as number;
      ranks1 += score[from + i + 1] as number;
      ranks2 += score[from + i + 2] as number;
      ranks3 += score[from + i + 3] as number;
      if (tied[k] === 1) continue;
      sum0 += (2 * below0 + tie0) * ranks0;
      sum1 += (2 * below1 + tie1) * ranks1;
      sum2 += (2 * below2 + tie2) * ranks2;
      sum3 += (2 * below3 + tie3) * ranks3;
      cubes0 += tie0 * tie0 * tie0;
      cubes1 += tie1 * tie1 * tie1;
      cubes2 += tie2 * tie2 * tie2;
      cubes3 += tie3 * tie3 * tie3;
      below0 += tie0;
      below1 += tie1;
      below2 += tie2;
      below3 += tie3;
      tie0 = tie1 = tie2 = tie3 = 0;
      ranks0 = ranks1 = ranks2 = ranks3 = 0;
    }
    const lane = (pattern[c] as number) * LANES;
    out[at] = this.#rho(lane, sum0, (below0 * below0 * below0 - cubes0) / 3);
    if (lanes > 1) out[at + 1] = this.#rho(lane + 1, sum1, (below1 * below1 * below1 - cubes1) / 3);
    if (lanes > 2) out[at + 2] = this.#rho(lane + 2, sum2, (below2 * below2 * below2 - cubes2) / 3);
    if (lanes > 3) out[at + 3] = this.#rho(lane + 3, sum3, (below3 * below3 * below3 - cubes3) / 3);
  }

  #rho(at: number, sum: number, square: number): number {
    const scoreSquare = this.#squares[at] as number;
    if (!(scoreSquare > 0 && square > 0 && (this.#sizes[at] as number) >= LEAST_PAIRS)) return Number.NaN;
    return sum / Math.sqrt(scoreSquare * square);
  }
}
