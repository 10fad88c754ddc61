import { METHOD_VERSION } from "../../src/analysis/method-version.js";
import { populationLike } from "./population.js";
import { SCENARIOS, type Scenario } from "./scenarios.js";
import { type TargetTally, tally } from "./tally.js";
import type { Task, Trial } from "./trial.js";

export interface Plan {
  /** Simulated matrices of each scenario. */
  readonly matrices: number;
  /** Resamples of each answer; the scenario's own where none are named. */
  readonly resamples?: number;
  /** Models of the large simulation that checks the population. */
  readonly populationModels: number;
}

export const FULL: Plan = { matrices: 1_000, populationModels: 1_000_000 };
export const QUICK: Plan = { matrices: 30, resamples: 500, populationModels: 20_000 };

/** What computes: threads, or this one. */
export interface Computing {
  trials(task: Task): Promise<readonly Trial[]> | readonly Trial[];
  populationRhos(task: {
    scenario: Scenario;
    models: number;
  }): Promise<readonly number[]> | readonly number[];
}

export interface Study {
  readonly methodVersion: string;
  readonly matrices: number;
  readonly populationModels: number;
  readonly population: { readonly loadings: readonly number[]; readonly explainedVariance: number };
  readonly scenarios: readonly ScenarioResult[];
}

export interface ScenarioResult extends Omit<Scenario, "targets"> {
  readonly targets: readonly TargetTally[];
}

/** A task of this many matrices takes seconds. */
const MATRICES_A_TASK = 10;

export async function study(
  { matrices, resamples, populationModels }: Plan,
  computing: Computing,
): Promise<Study> {
  const { loadings, explainedVariance } = populationLike("chat");
  const scenarios: ScenarioResult[] = [];
  for (const planned of SCENARIOS) {
    const scenario = { ...planned, resamples: resamples ?? planned.resamples };
    const [rhos, ...trials] = await Promise.all([
      computing.populationRhos({ scenario, models: populationModels }),
      ...stretches(matrices).map((stretch) => computing.trials({ scenario, ...stretch })),
    ]);
    const all = trials.flat();
    scenarios.push({
      ...scenario,
      targets: scenario.targets.map((target, t) =>
        tally(
          target,
          rhos[t] as number,
          all.filter((trial) => trial.target === t),
        ),
      ),
    });
  }
  return {
    methodVersion: METHOD_VERSION,
    matrices,
    populationModels,
    population: { loadings: [...loadings], explainedVariance },
    scenarios,
  };
}

function stretches(matrices: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(matrices / MATRICES_A_TASK) }, (_, k) => ({
    from: k * MATRICES_A_TASK,
    to: Math.min(matrices, (k + 1) * MATRICES_A_TASK),
  }));
}
