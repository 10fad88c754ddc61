import { correlation } from "../../src/stats/correlation.js";
import { RandomStream } from "../../src/stats/philox.js";
import { draw } from "./draw.js";
import { populationLike } from "./population.js";
import type { Scenario } from "./scenarios.js";
import { familiesOf } from "./trial.js";

/** The stream's last: no simulated matrix has this number. */
const APART = 2 ** 32 - 1;

/**
 * Spearman's ρ of each of a scenario's targets with the population's own score, over about this many models: what the
 * intervals are to cover where rounding has moved it, and a check of the simulation where it has not.
 */
export function populationRhos({ scenario, models }: { scenario: Scenario; models: number }): number[] {
  const { familySizes, seed } = scenario;
  const sets = Math.ceil(models / familySizes.reduce((sum, size) => sum + size, 0));
  const families = familiesOf(Array.from({ length: sets }, () => familySizes).flat());
  const stream = new RandomStream(seed, "simulation").at(APART);
  const { score, targets } = draw(populationLike("chat"), { ...scenario, families }, stream);
  return targets.map((target) => {
    const has = target.map((value) => (Number.isNaN(value) ? 0 : 1));
    const present = (values: Float64Array) => values.filter((_, i) => has[i] === 1);
    return correlation(present(score), present(target), "spearman") as number;
  });
}
