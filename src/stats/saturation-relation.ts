import { CentredRanks } from "./centred-ranks.js";
import { correlation } from "./correlation.js";
import type { Resample } from "./resample.js";
import { TOP } from "./saturation.js";

/** Benchmarks whose headroom and reliability are taken anew in each resample; arrays may lie on shared memory. */
export interface SaturationDesign {
  /** n rows; the arrays below are benchmarks × n. */
  readonly rows: number;
  /** Rows from the best result down, −1 after the last. */
  readonly descending: Int32Array;
  /** (max − x)/(max − chance) of each result, NaN where missing. */
  readonly shortfalls: Float64Array;
  readonly values: Float64Array;
  readonly squaredErrors: Float64Array;
}

/** Headroom of a benchmark in a resample: the mean shortfall of the five best drawn; NaN where fewer are drawn. */
export function resampledHeadroom(design: SaturationDesign, benchmark: number, { counts }: Resample): number {
  const { rows, descending, shortfalls } = design;
  const from = benchmark * rows;
  let wanted = TOP;
  let sum = 0;
  for (let k = 0; k < rows && wanted > 0; k++) {
    const row = descending[from + k] as number;
    if (row < 0) break;
    const taken = Math.min(wanted, counts[row] as number);
    sum += taken * (shortfalls[from + row] as number);
    wanted -= taken;
  }
  return wanted > 0 ? Number.NaN : sum / TOP;
}

/** 1 − mean(SE²)/var(ddof 1) over the drawn rows; NaN where it is not above 0. */
export function resampledReliability(
  design: SaturationDesign,
  benchmark: number,
  { counts }: Resample,
): number {
  const { rows, descending, values, squaredErrors } = design;
  const from = benchmark * rows;
  const origin = values[from + (descending[from] as number)] as number;
  let [n, sum, square, error] = [0, 0, 0, 0];
  for (let k = 0; k < rows; k++) {
    const row = descending[from + k] as number;
    if (row < 0) break;
    const count = counts[row] as number;
    const x = (values[from + row] as number) - origin;
    n += count;
    sum += count * x;
    square += count * x * x;
    error += count * (squaredErrors[from + row] as number);
  }
  const share = 1 - error / n / ((square - (sum * sum) / n) / (n - 1));
  return share > 0 ? share : Number.NaN;
}

/**
 * The same relation for resample after resample. A resample hardly changes the order of benchmarks, so that the last
 * one's is sorted further by insertion.
 */
export class RepeatedRelation {
  readonly #magnitudes: Float64Array;
  readonly #byMagnitude: CentredRanks;
  readonly #byRoom: CentredRanks;

  constructor(benchmarks: number) {
    this.#magnitudes = new Float64Array(benchmarks);
    this.#byMagnitude = new CentredRanks(benchmarks);
    this.#byRoom = new CentredRanks(benchmarks);
  }

  of(rho: Float64Array, room: Float64Array): number {
    const n = rho.length;
    for (let c = 0; c < n; c++) {
      this.#magnitudes[c] = Math.abs(rho[c] as number);
      if (!Number.isFinite(rho[c]) || !Number.isFinite(room[c])) return relationOf(rho, room);
    }
    const x = this.#byMagnitude.of(this.#magnitudes);
    const y = this.#byRoom.of(room);
    let [xy, xx, yy] = [0, 0, 0];
    for (let c = 0; c < n; c++) {
      xy += (x[c] as number) * (y[c] as number);
      xx += (x[c] as number) ** 2;
      yy += (y[c] as number) ** 2;
    }
    return n < 3 || xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
  }
}

/** Spearman's ρ of |ρ| and headroom over the benchmarks that have both; NaN where undefined. */
export function relationOf(rho: Float64Array, room: Float64Array): number {
  const both = [...rho.keys()].filter((c) => Number.isFinite(rho[c]) && Number.isFinite(room[c]));
  const x = Float64Array.from(both, (c) => Math.abs(rho[c] as number));
  const y = Float64Array.from(both, (c) => room[c] as number);
  return correlation(x, y, "spearman") ?? Number.NaN;
}
