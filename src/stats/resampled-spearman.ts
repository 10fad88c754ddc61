import { type Arena, bytesFor } from "./kernel/arena.js";
import { LANES, type ResampledCorrelations, type ScoredResample } from "./scored-resample.js";
import type { SortedColumns } from "./sorted-columns.js";

const LEAST_PAIRS = 3;

/**
 * Spearman's ρ of four resamples at a time. Ranks are doubled and centred, hence whole numbers, and a row that was drawn
 * twice counts twice: every sum is exact, whatever its order. Since the score's ranks sum to zero, a target's need
 * not be centred; since a column without ties has only the ties that drawing makes, its sum of squares is that of all such columns.
 */
export class ResampledSpearman implements ResampledCorrelations {
  readonly #targets: SortedColumns;
  readonly #arena: Arena;
  readonly #scratch: Float64Array;
  readonly #order: Int32Array;
  readonly #start: Int32Array;
  readonly #tied: Uint8Array;
  readonly #hasTies: Uint8Array;
  readonly #pattern: Int32Array;
  /** n × lanes: how often each row was drawn. */
  readonly #counts: Float64Array;
  /** Patterns × n × lanes: the score's ranks times that. */
  readonly #score: Float64Array;
  /** Columns × lanes: numerators, and the squares of columns with ties. */
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  /** Patterns × lanes: the score's sum of squares, the number of rows, and the sum of squares of a column without ties. */
  readonly #scoreSquares: Float64Array;
  readonly #sizes: Float64Array;
  readonly #untied: Float64Array;

  /** Bytes of the arena that the constructor takes. */
  static bytes({ rows, columns, patterns, order }: SortedColumns): number {
    const words = [rows, patterns * rows, columns, columns].map((length) => 8 * LANES * length);
    return bytesFor([4 * order.length, 4 * (columns + 1), order.length, columns, 4 * columns, ...words]);
  }

  constructor(targets: SortedColumns, arena: Arena) {
    const { rows, columns, patterns } = targets;
    this.#targets = targets;
    this.#arena = arena;
    this.#order = arena.int32(targets.order);
    this.#start = arena.int32(targets.start);
    this.#tied = arena.uint8(targets.tied);
    this.#hasTies = arena.uint8(targets.hasTies);
    this.#pattern = arena.int32(targets.pattern);
    this.#counts = arena.float64(rows * LANES);
    this.#score = arena.float64(patterns * rows * LANES);
    this.#sums = arena.float64(columns * LANES);
    this.#squares = arena.float64(columns * LANES);
    this.#scratch = new Float64Array(rows);
    this.#scoreSquares = new Float64Array(patterns * LANES);
    this.#sizes = new Float64Array(patterns * LANES);
    this.#untied = new Float64Array(patterns * LANES);
  }

  take(lane: number, { resample, ranked }: ScoredResample): void {
    const { rows, patterns, present } = this.#targets;
    const { counts } = resample;
    for (let i = 0; i < rows; i++) this.#counts[i * LANES + lane] = counts[i] as number;
    for (let pattern = 0; pattern < patterns; pattern++) {
      const at = pattern * LANES + lane;
      this.#scoreSquares[at] = ranked.among(this.#targets, pattern, resample, this.#scratch);
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
    const { columns, rows, hasTies, pattern } = this.#targets;
    this.#arena.loops.spearman(
      columns,
      rows,
      this.#order.byteOffset,
      this.#start.byteOffset,
      this.#tied.byteOffset,
      this.#hasTies.byteOffset,
      this.#pattern.byteOffset,
      this.#counts.byteOffset,
      this.#score.byteOffset,
      this.#sums.byteOffset,
      this.#squares.byteOffset,
    );
    for (let c = 0; c < columns; c++) {
      const ofPattern = (pattern[c] as number) * LANES;
      const tied = hasTies[c] === 1;
      for (let lane = 0; lane < lanes; lane++) {
        const scoreSquare = this.#scoreSquares[ofPattern + lane] as number;
        const square = tied
          ? (this.#squares[c * LANES + lane] as number)
          : (this.#untied[ofPattern + lane] as number);
        const enough = (this.#sizes[ofPattern + lane] as number) >= LEAST_PAIRS;
        out[c * stride + at + lane] =
          enough && scoreSquare > 0 && square > 0
            ? (this.#sums[c * LANES + lane] as number) / Math.sqrt(scoreSquare * square)
            : Number.NaN;
      }
    }
  }
}
