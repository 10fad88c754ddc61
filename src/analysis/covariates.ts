import { DomainError, quote } from "../errors.js";
import type { Model } from "../matrix/score-matrix.js";

/** What a correlation can be adjusted for: by rank, or as groups. */
export const COVARIATES = [
  "releasedOn",
  "trainingFlop",
  "parameters",
  "interventions",
  "family",
  "class",
] as const;
export type Covariate = (typeof COVARIATES)[number];

type Grouping = Extract<Covariate, "family" | "class">;
const RANKED = {
  releasedOn: ({ releasedOn }: Model) => (releasedOn === null ? null : dayOf(releasedOn)),
  trainingFlop: ({ trainingFlop }: Model) => trainingFlop,
  parameters: ({ parameters }: Model) => parameters,
  interventions: ({ interventions }: Model) => interventions?.length ?? null,
} as const satisfies Record<Exclude<Covariate, Grouping>, (model: Model) => number | null>;

/** Fewer free models than this leave no interval: n − 3 − g < 1. */
const LEAST_FREE = 4;

export function isGrouping(covariate: Covariate): covariate is Grouping {
  return covariate === "family" || covariate === "class";
}

/** A number to rank by, or the name of a group; `null` where the model does not declare it. */
export function covariateOf(covariate: Covariate, model: Model): number | string | null {
  return isGrouping(covariate) ? model[covariate] : RANKED[covariate](model);
}

/** Whole days since 1970; `null` for a text that is no date. */
export function dayOf(date: string): number | null {
  const milliseconds = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 86_400_000;
}

/** Whether enough models declare it, and differently, for any correlation to be adjusted for it alone. */
export function isDeclared(covariate: Covariate, models: readonly Model[]): boolean {
  const values = models.map((model) => covariateOf(covariate, model)).filter((value) => value !== null);
  const distinct = new Set(values).size;
  const rank = isGrouping(covariate) ? distinct - 1 : 1;
  return distinct > 1 && values.length - rank >= LEAST_FREE;
}

/**
 * @param available of these models.
 * @throws {DomainError} `invalid` where nothing is given, or something that too few models declare; both list what is there.
 */
export function requireGiven(given: readonly Covariate[], available: readonly Covariate[]): void {
  const missing = given.filter((covariate) => !available.includes(covariate));
  if (given.length > 0 && missing.length === 0) return;
  const there =
    available.length === 0 ? "these models declare none of them" : `available here: ${available.join(", ")}`;
  const message =
    given.length === 0
      ? `name at least one thing to adjust for (repeat for several); ${there}`
      : `too few models declare ${missing.map(quote).join(", ")}, or all alike; ${there}`;
  throw new DomainError("invalid", `given: ${message}`, [{ parameter: "given", message }]);
}
