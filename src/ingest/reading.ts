import { type Place, Problems } from "../errors.js";
import { Warnings } from "./warnings.js";

/** What becomes of a cell or a name that is given twice with different values. */
export type DuplicatesRule = "refuse" | "first" | "last" | "mean" | "max";

export interface ReadOptions {
  /** Readers keep every score; `composeMatrix` settles the duplicates. */
  readonly duplicates?: DuplicatesRule;
  /** Forced; otherwise a CSV table's headers say which it is. */
  readonly layout?: "wide" | "tidy";
  /** What to do where some numbers of a column carry `%` and some do not. */
  readonly percent: "refuse" | "convert";
  /** The largest models × benchmarks that is accepted. */
  readonly maxCells: number;
}

/** A file's name is its sender's and stands in every problem. */
const LONGEST_PART = 80;

/** What the readers of one post share: every problem and warning of every part ends in one reply. */
export class Reading {
  constructor(
    readonly options: ReadOptions,
    readonly part: string | null = null,
    readonly problems = new Problems(),
    readonly warnings = new Warnings(),
    readonly mixedUnits = new Problems(),
  ) {}

  forPart(part: string): Reading {
    const shown = part.slice(0, LONGEST_PART).toWellFormed();
    return new Reading(this.options, shown, this.problems, this.warnings, this.mixedUnits);
  }

  at(place: Place): Place {
    return this.part === null ? place : { part: this.part, ...place };
  }

  problem(place: Place, message: string): void {
    this.problems.add(this.at(place), message);
  }

  /** Reported like any other problem; a post with no other kind has a code of its own. */
  mixedUnit(place: Place, message: string): void {
    this.problem(place, message);
    this.mixedUnits.add(place, message);
  }

  /** @throws {DomainError} when any part had a problem. */
  finish(): void {
    const only = this.mixedUnits.count === this.problems.count;
    this.problems.throwIfAny(only ? "mixedUnits" : "invalidScores");
  }
}
