import * as z from "zod";
import { normalisedCongruence } from "../stats/congruence.js";
import { correlation } from "../stats/correlation.js";
import { quantiles } from "../stats/distribution.js";
import { RandomStream } from "../stats/philox.js";
import { type PrincipalComponent, principalComponent, weightedSum } from "../stats/principal-component.js";
import { isConstant } from "../stats/sample.js";
import { cellsOf, type Fit } from "./fit.js";

const SPLITS = 200;
const LOW = 0.025;
/** Fewer models in a half make a fit of its own meaningless. */
const LEAST_MODELS = 8;

const spread = z.object({ median: z.number(), low: z.number().meta({ description: "2.5th percentile" }) });

export const splitHalfShape = z.object({
  splits: z.number().int().meta({ description: "Random halves in which both fits exist" }),
  congruence: spread.meta({ description: "Of the two halves' weights (Tucker's φ)" }),
  heldOut: spread.meta({
    description:
      "Spearman of a half's own scores with its scores on the mean, sd and weights frozen from the other half",
  }),
});

/** Half of the models against the other half, many times: would other models of this class have given the same score? */
export function splitHalves(fitted: Fit, seed: number): z.infer<typeof splitHalfShape> | null {
  const { rows, used } = fitted;
  if (rows.length < LEAST_MODELS || used.length === 0) return null;
  const columns = used.map((j) => cellsOf(fitted.slice, j, rows));
  const stream = new RandomStream(seed, "splitHalf");
  const order = new Int32Array(rows.length);
  const half = Math.floor(rows.length / 2);
  const congruences: number[] = [];
  const heldOut: number[] = [];
  for (let split = 0; split < SPLITS; split++) {
    stream.at(split).shuffle(order);
    const [a, b] = [
      halfOf(columns, order.subarray(0, half), fitted),
      halfOf(columns, order.subarray(half), fitted),
    ];
    if (a === null || b === null) continue;
    const congruence = normalisedCongruence(a.component.weights, b.component.weights);
    const agreement = correlation(b.component.scores, scoredBy(a, b.columns), "spearman");
    if (congruence === null || agreement === null) continue;
    congruences.push(congruence);
    heldOut.push(agreement);
  }
  if (congruences.length === 0) return null;
  return { splits: congruences.length, congruence: spreadOf(congruences), heldOut: spreadOf(heldOut) };
}

interface Half {
  readonly columns: readonly Float64Array[];
  readonly component: PrincipalComponent;
}

function halfOf(columns: readonly Float64Array[], rows: Int32Array, { basis }: Fit): Half | null {
  const own = columns.map((column) => Float64Array.from(rows, (i) => column[i] as number));
  if (own.some(isConstant)) return null;
  const component = principalComponent(own, basis);
  return component.reason === null ? { columns: own, component } : null;
}

/** The other half's models on this half's mean, standard deviation (ddof 0) and weights. */
function scoredBy({ columns, component }: Half, others: readonly Float64Array[]): Float64Array {
  const standardised = others.map((other, j) => {
    const own = columns[j] as Float64Array;
    const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
    const sd = Math.sqrt(own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length);
    return other.map((x) => (x - mean) / sd);
  });
  return weightedSum(standardised, component.weights);
}

function spreadOf(values: readonly number[]) {
  const [median, low] = quantiles(Float64Array.from(values), [0.5, LOW]) as [number, number];
  return { median, low };
}
