import type { Benchmark, Model, ScoreMatrix } from "../../src/matrix/score-matrix.js";
import type { AppendRequest } from "../../src/store/store.js";

export function model(name: string, declared: Partial<Model> = {}): Model {
  return {
    model: name,
    name: null,
    class: "all",
    family: null,
    parameters: null,
    trainingTokens: null,
    trainingFlop: null,
    releasedOn: null,
    parent: null,
    interventions: null,
    ...declared,
  };
}

export function benchmark(name: string, declared: Partial<Benchmark> = {}): Benchmark {
  return {
    benchmark: name,
    name: null,
    kind: "other",
    area: null,
    metric: null,
    direction: "higher",
    chance: null,
    min: null,
    max: null,
    items: null,
    ...declared,
  };
}

/** One model a score, one benchmark. */
export function scored(...scores: readonly number[]): ScoreMatrix {
  return {
    description: { title: null, description: null, source: null },
    models: scores.map((_, row) => model(`model ${row}`)),
    benchmarks: [benchmark("benchmark")],
    scores: Float64Array.from(scores),
    standardErrors: null,
  };
}

export function wide(models: number, benchmarks: number, score: (cell: number) => number): ScoreMatrix {
  return {
    ...scored(),
    models: Array.from({ length: models }, (_, row) => model(`model ${row}`)),
    benchmarks: Array.from({ length: benchmarks }, (_, column) => benchmark(`benchmark ${column}`)),
    scores: Float64Array.from({ length: models * benchmarks }, (_, cell) => score(cell)),
  };
}

export function postOf(
  name: string,
  matrix: ScoreMatrix,
  more: Partial<Omit<AppendRequest, "name">> = {},
): AppendRequest {
  return { name, compose: () => ({ matrix, warnings: [] }), ifMatch: null, createdBy: null, ...more };
}
