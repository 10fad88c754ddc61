import type { Peer, PeerRun } from "./peers/peers.js";
import type { ScoreTable } from "./score-table.js";

type Bounds = PeerRun["bounds"];

const SEEDS = 16;
/** So many standard errors are past chance over a few hundred bounds with a standard error from 16 runs. */
const STANDARD_ERRORS = 8;
/** Replicates are on a grid of ranks: a bound may jump by a step that 16 runs never showed. */
const GRID = 0.01;

/**
 * Fails where `found` has a bound that is not the reference's within Monte Carlo error, taken from the spread of the
 * reference over seeds at the same number of resamples. Speed of a program that computes something else is no speed.
 */
export async function expectAgreement(
  reference: Peer,
  found: ReadonlyMap<string, Bounds>,
  table: ScoreTable,
  resamples: number,
): Promise<void> {
  const runs: Bounds[] = [];
  for (let seed = 1; seed <= SEEDS; seed++)
    runs.push((await reference.run(table, resamples, 1000 + seed)).bounds);
  const targets = table.benchmarks.slice(table.capabilities);
  for (const [name, bounds] of found) {
    targets.forEach((target, j) => {
      const expected = runs.flatMap((run) => (run[j] ? [run[j]] : []));
      for (const side of [0, 1] as const) {
        const value = bounds[j]?.[side];
        if (value === undefined && expected.length < SEEDS) continue;
        const values = expected.map((bound) => bound[side]);
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
        const allowed = STANDARD_ERRORS * Math.sqrt(variance * (1 + 1 / SEEDS)) + GRID;
        if (value === undefined || Math.abs(value - mean) > allowed) {
          throw new Error(
            `${name}, ${target}: bound ${value}, where ${reference.name} has ${mean} ± ${allowed}`,
          );
        }
      }
    });
  }
}
