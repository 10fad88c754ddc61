/** A share of simulated matrices, with its Monte Carlo standard error. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly rate: number;
  readonly error: number;
}

export function rateOf(outcomes: readonly boolean[]): Rate {
  const count = outcomes.filter(Boolean).length;
  const rate = count / outcomes.length;
  return { count, of: outcomes.length, rate, error: Math.sqrt((rate * (1 - rate)) / outcomes.length) };
}
