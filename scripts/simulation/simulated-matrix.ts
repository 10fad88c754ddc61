import type { Benchmark, ScoreMatrix } from "../../src/matrix/score-matrix.js";
import type { Drawn } from "./draw.js";

/** A score matrix as it might have been posted: one class, capability benchmarks first, then a safety benchmark a target. */
export function simulatedMatrix({ capabilities, targets }: Drawn, families: Int32Array): ScoreMatrix {
  const columns = [...capabilities, ...targets];
  const scores = new Float64Array(families.length * columns.length);
  columns.forEach((column, j) => {
    column.forEach((score, i) => {
      scores[i * columns.length + j] = score;
    });
  });
  return {
    description: { title: null, description: null, source: null },
    models: Array.from(families, (family, i) => ({
      model: `model-${i}`,
      name: null,
      class: "simulated",
      family: `family-${family}`,
      parameters: null,
      trainingTokens: null,
      trainingFlop: null,
      releasedOn: null,
      parent: null,
      interventions: null,
    })),
    benchmarks: [
      ...capabilities.map((_, j) => benchmark(`capability-${j}`, "capability")),
      ...targets.map((_, j) => benchmark(`safety-${j}`, "safety")),
    ],
    scores,
    standardErrors: null,
  };
}

function benchmark(id: string, kind: Benchmark["kind"]): Benchmark {
  return {
    benchmark: id,
    name: null,
    kind,
    area: null,
    metric: null,
    direction: "higher",
    chance: null,
    min: null,
    max: null,
    items: null,
  };
}
