import { normalQuantile } from "../../src/stats/normal.js";
import type { RandomStream } from "../../src/stats/philox.js";
import { weightedSum } from "../../src/stats/principal-component.js";
import type { Population } from "./population.js";
import type { Target } from "./scenarios.js";

/** Steps of 1/20 where a standard deviation is .15: about fifteen values among 27 models. */
const STEPS = 20;
const MISSING = 0.1;

export interface Drawn {
  readonly capabilities: readonly Float64Array[];
  /** The population's own first component, standardised: no estimate. */
  readonly score: Float64Array;
  /** In the order of the targets asked for. */
  readonly targets: readonly Float64Array[];
}

interface Drawing {
  /** Number of each model's family. */
  readonly families: Int32Array;
  readonly familyShare: number;
  readonly targets: readonly Target[];
}

/** Models from the population, with a benchmark for each target: r·score + noise, jointly normal, then rounded or thinned. */
export function draw(population: Population, drawing: Drawing, stream: RandomStream): Drawn {
  const { families, familyShare } = drawing;
  const common = familyNormals(stream, families, familyShare);
  const capabilities = Array.from(population.loadings, (loading) =>
    common.map((f) => loading * f + Math.sqrt(1 - loading ** 2) * normal(stream)),
  );
  const { weights, scoreDeviation } = population;
  const score = weightedSum(capabilities, weights).map((value) => value / scoreDeviation);
  const targets = drawing.targets.map((target) => {
    const noise = familyNormals(stream, families, familyShare);
    return targetOf(target, score, noise, stream);
  });
  return { capabilities, score, targets };
}

/** Pearson's r of jointly normal variables whose Spearman correlation is ρ. */
function targetOf({ shape, rho }: Target, score: Float64Array, noise: Float64Array, stream: RandomStream) {
  const r = 2 * Math.sin((Math.PI * rho) / 6);
  return score.map((s, i) => {
    const value = 0.5 + 0.15 * (r * s + Math.sqrt(1 - r ** 2) * (noise[i] as number));
    if (shape.endsWith("missing") && stream.uniform() < MISSING) return Number.NaN;
    return shape.startsWith("ties") ? Math.min(1, Math.max(0, Math.round(STEPS * value) / STEPS)) : value;
  });
}

/** Standard normal, one a model; two of one family correlate by `share`. */
function familyNormals(stream: RandomStream, families: Int32Array, share: number): Float64Array {
  const count = share === 0 ? 0 : families.reduce((most, family) => Math.max(most, family), -1) + 1;
  const common = Float64Array.from({ length: count }, () => normal(stream));
  return Float64Array.from(
    families,
    (family) => Math.sqrt(share) * (common[family] ?? 0) + Math.sqrt(1 - share) * normal(stream),
  );
}

function normal(stream: RandomStream): number {
  return normalQuantile(stream.uniform());
}
