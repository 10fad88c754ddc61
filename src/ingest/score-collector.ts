import type { Place } from "../errors.js";
import type { ScoreColumns } from "./posting.js";

/** Collects scores as columns. `where` is whatever number its reader can turn into a place later. */
export class ScoreCollector {
  readonly #models = new Interned();
  readonly #benchmarks = new Interned();
  readonly #model: number[] = [];
  readonly #benchmark: number[] = [];
  readonly #score: number[] = [];
  readonly #standardError: number[] = [];
  readonly #where: number[] = [];
  #anyError = false;

  /** The index of a model; naming one without any score lists it, so that it can be warned about. */
  model(name: string): number {
    return this.#models.index(name);
  }

  benchmark(name: string): number {
    return this.#benchmarks.index(name);
  }

  knowsModel(name: string): boolean {
    return this.#models.has(name);
  }

  knowsBenchmark(name: string): boolean {
    return this.#benchmarks.has(name);
  }

  add(model: number, benchmark: number, score: number, standardError: number | null, where: number): void {
    this.#model.push(model);
    this.#benchmark.push(benchmark);
    this.#score.push(score === 0 ? 0 : score);
    this.#standardError.push(standardError ?? Number.NaN);
    this.#anyError ||= standardError !== null;
    this.#where.push(where);
  }

  columns(place: (where: number) => Place): ScoreColumns {
    return {
      length: this.#score.length,
      models: this.#models.names,
      benchmarks: this.#benchmarks.names,
      model: this.#model,
      benchmark: this.#benchmark,
      score: this.#score,
      standardError: this.#anyError ? this.#standardError : null,
      place: (index) => place(this.#where[index] as number),
    };
  }
}

class Interned {
  readonly names: string[] = [];
  readonly #indices = new Map<string, number>();

  has(name: string): boolean {
    return this.#indices.has(name);
  }

  index(name: string): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    this.#indices.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
