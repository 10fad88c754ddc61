import type { Peer, PeerRun } from "./peers/peers.js";
import type { ScoreTable } from "./score-table.js";

type Bounds = PeerRun["bounds"];

const SEEDS = 16;
/** In standard errors: no bound is further off than `any`, nor all of them in the root mean square than `all`. */
const ALLOWED = { any: 8, all: 2 };
/** ρ* of few models lies on a grid: a bound may take a step that 16 runs never showed. */
const STEP = 1e-3;

/**
 * Fails where bounds are not the reference's within Monte Carlo error, taken from the reference's spread over seeds at the
 * same number of resamples. The speed of a program that computes something else says nothing.
 */
export async function expectAgreement(
  reference: Peer,
  found: ReadonlyMap<string, Bounds>,
  table: ScoreTable,
  resamples: number,
): Promise<void> {
  const runs: Bounds[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    runs.push((await reference.run(table, resamples, 1_000 + seed)).bounds);
  }
  const targets = table.benchmarks.slice(table.capabilities);
  for (const [name, bounds] of found) {
    const errors = targets.flatMap((target, j) =>
      ([0, 1] as const).map((side) => {
        const expected = runs.map((run) => run[j]?.[side]).filter((bound) => bound !== undefined);
        const value = bounds[j]?.[side];
        if ((value === undefined) !== expected.length < SEEDS)
          throw new Error(`${name}: only one has ${target}`);
        return value === undefined ? 0 : standardErrors(value, expected);
      }),
    );
    const all = Math.sqrt(errors.reduce((total, z) => total + z * z, 0) / errors.length);
    const any = Math.max(...errors.map(Math.abs));
    if (all > ALLOWED.all || any > ALLOWED.any) {
      const worst = targets[Math.floor(errors.findIndex((z) => Math.abs(z) === any) / 2)];
      throw new Error(
        `${name} and ${reference.name} differ: ${all} standard errors in all, ${any} for ${worst}`,
      );
    }
  }
}

function standardErrors(value: number, expected: readonly number[]): number {
  const mean = expected.reduce((total, x) => total + x, 0) / expected.length;
  const variance = expected.reduce((total, x) => total + (x - mean) ** 2, 0) / (expected.length - 1);
  return (value - mean) / Math.sqrt(variance * (1 + 1 / expected.length) + STEP ** 2);
}
