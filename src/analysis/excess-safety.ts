import { theilSenSlope } from "../stats/theil-sen.js";
import type { Fit } from "./fit.js";
import type { InterventionPair } from "./intervention-pairs.js";
import { overSlice } from "./measure.js";

/** Slopes between two models that one answer may take: some seconds. */
const MOST_SLOPES = 2e7;

export interface Excess {
  /** Δsafety − bΔscore; `null` where there is no slope b. */
  readonly value: number | null;
  readonly slope: number | null;
  /** The pair lies outside the scores that b was found on. */
  readonly extrapolated: boolean;
}

/**
 * How much safety changed beyond what the change in capability would bring: b is the Theil–Sen slope of the benchmark on the
 * score over the models of the parent's class outside the pair's family (METHODS §8). One slope serves all pairs of a family.
 */
export class ExcessSafety {
  readonly #known = new Map<Fit, Map<string, Reference>>();
  readonly #scores = new Map<Fit, Float64Array>();
  /** Models of each family's pairs: one that declares no family belongs with its parent. */
  readonly #members = new Map<string, Set<string>>();
  /** Too many models for slopes between any two. */
  readonly tooMany: boolean;

  constructor(pairs: readonly InterventionPair[]) {
    for (const { model, parent, family } of pairs)
      this.#members.set(family, (this.#members.get(family) ?? new Set()).add(model).add(parent));
    const groups = new Map(
      pairs.map(({ reference, family }) => [JSON.stringify([reference.slice.class, family]), reference]),
    );
    const slopes = [...groups.values()].reduce(
      (sum, { slice, rows }) => sum + (slice.columns.length * rows.length * (rows.length - 1)) / 2,
      0,
    );
    this.tooMany = slopes > MOST_SLOPES;
  }

  of(pair: InterventionPair, column: number, safetyChange: number): Excess {
    if (pair.scoreChange === null || this.tooMany) return { value: null, slope: null, extrapolated: false };
    const { slope, low, high } = this.#reference(pair, column);
    const value = slope === null ? Number.NaN : safetyChange - slope * pair.scoreChange;
    const inside = [pair.score, pair.parentScore].every(
      (score) => score !== null && score >= low && score <= high,
    );
    return { value: Number.isFinite(value) ? value : null, slope, extrapolated: slope !== null && !inside };
  }

  #reference(pair: InterventionPair, column: number): Reference {
    const ofFit = this.#known.get(pair.reference) ?? new Map<string, Reference>();
    this.#known.set(pair.reference, ofFit);
    const key = JSON.stringify([column, pair.family]);
    const known = ofFit.get(key);
    if (known !== undefined) return known;
    const made = this.#referenceOf(pair, column);
    ofFit.set(key, made);
    return made;
  }

  #referenceOf({ reference, family: outside }: InterventionPair, column: number): Reference {
    const { slice } = reference;
    const safety = slice.columns[column] as Float64Array;
    const scores = this.#scoresOf(reference);
    const others = slice.models.flatMap(({ model, family }, i) => {
      const inside = family === outside || this.#members.get(outside)?.has(model);
      return inside || Number.isNaN(scores[i]) || Number.isNaN(safety[i]) ? [] : [i];
    });
    const x = Float64Array.from(others, (i) => scores[i] as number);
    return {
      slope: theilSenSlope(
        x,
        Float64Array.from(others, (i) => safety[i] as number),
      ),
      low: x.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      high: x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    };
  }

  #scoresOf(reference: Fit): Float64Array {
    const known = this.#scores.get(reference);
    if (known !== undefined) return known;
    const made = overSlice(reference, reference.component?.scores ?? null, reference.reason).values;
    this.#scores.set(reference, made);
    return made;
  }
}

interface Reference {
  readonly slope: number | null;
  /** Range of the scores that it was found on. */
  readonly low: number;
  readonly high: number;
}
