import { readFileSync } from "node:fs";
import { fitFor } from "../../src/analysis/ask.js";
import { computeOptions } from "../../src/analysis/options.js";
import { composeMatrix } from "../../src/ingest/compose-matrix.js";
import { readPosting } from "../../src/ingest/read-posting.js";
import { digestOf } from "../../src/matrix/digest.js";
import { dominantEigenvector } from "../../src/stats/dominant-eigenvector.js";

const BUNDLED = new URL("../../data/safetywashing-2024.json", import.meta.url);
const READING = { duplicates: "refuse", percent: "refuse", maxCells: 1e6 } as const;

/** Models beyond number, whose capability benchmarks have one normal factor in common and nothing else. */
export interface Population {
  /** Correlation of each capability benchmark with the factor. */
  readonly loadings: Float64Array;
  /** Unit eigenvector of the population's Spearman R: what the capabilities score weighs benchmarks by. */
  readonly weights: Float64Array;
  /** λ1/Σλ of that R, a fraction. */
  readonly explainedVariance: number;
  /** Standard deviation of the score. */
  readonly scoreDeviation: number;
}

/** The population with the loadings of a class of the bundled matrix (of its Pearson R, since those are correlations). */
export function populationLike(className: string): Population {
  const bytes = readFileSync(BUNDLED);
  const { matrix } = composeMatrix(readPosting({ bytes, mediaType: "application/json" }, READING), null, {
    ...READING,
    capability: [],
    safety: [],
  });
  const options = { ...computeOptions.parse({ basis: "pearson" }), measure: "pc1" } as const;
  const { component } = fitFor({ digest: digestOf(matrix), matrix }, className, options);
  if (component === null) throw new RangeError(`class ${className} has no first component`);
  return oneFactor(component.loadings);
}

function oneFactor(loadings: Float64Array): Population {
  const p = loadings.length;
  const pearson = Float64Array.from({ length: p * p }, (_, at) => {
    const [j, k] = [Math.floor(at / p), at % p];
    return j === k ? 1 : (loadings[j] as number) * (loadings[k] as number);
  });
  // Of jointly normal variables, Spearman's ρ is (6/π) asin(r/2).
  const spearman = pearson.map((r) => (6 / Math.PI) * Math.asin(r / 2));
  const weights = loadings.slice();
  if (!dominantEigenvector(spearman, p, weights, new Float64Array(p))) throw new RangeError("λ1 and λ2 tie");
  return {
    loadings,
    weights,
    explainedVariance: quadraticForm(spearman, weights) / p,
    scoreDeviation: Math.sqrt(quadraticForm(pearson, weights)),
  };
}

function quadraticForm(square: Float64Array, v: Float64Array): number {
  const p = v.length;
  return square.reduce(
    (sum, value, at) => sum + value * (v[Math.floor(at / p)] as number) * (v[at % p] as number),
    0,
  );
}
