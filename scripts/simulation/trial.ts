import { answerOf } from "../../src/analysis/computation.js";
import type { CorrelationRow } from "../../src/analysis/correlation-row.js";
import { computeOptions } from "../../src/analysis/options.js";
import type { Verdict } from "../../src/analysis/verdict.js";
import { digestOf } from "../../src/matrix/digest.js";
import type { Interval } from "../../src/stats/correlation-interval.js";
import { RandomStream } from "../../src/stats/philox.js";
import { draw } from "./draw.js";
import { type Population, populationLike } from "./population.js";
import type { Scenario } from "./scenarios.js";
import { simulatedMatrix } from "./simulated-matrix.js";

export const INTERVALS = ["percentile", "bca", "bonettWright", "clusterPercentile"] as const;
export type IntervalName = (typeof INTERVALS)[number];

/** What the service said about one target of one simulated matrix. */
export interface Trial {
  /** Place among the scenario's targets. */
  readonly target: number;
  readonly rho: number | null;
  readonly intervals: Readonly<Partial<Record<IntervalName, Interval | null>>>;
  readonly p: number | null;
  readonly verdict: Verdict | null;
}

export interface Task {
  readonly scenario: Scenario;
  /** Simulated matrices from … to − 1. */
  readonly from: number;
  readonly to: number;
}

let population: Population | undefined;

/** Simulates matrices and asks the service's own code for their correlations. */
export function trialsOf({ scenario, from, to }: Task): Trial[] {
  population ??= populationLike("chat");
  const stream = new RandomStream(scenario.seed, "simulation");
  const families = familiesOf(scenario.familySizes);
  const trials: Trial[] = [];
  for (let number = from; number < to; number++) {
    const drawn = draw(population, { ...scenario, families }, stream.at(number));
    const matrix = simulatedMatrix(drawn, families);
    const content = { digest: digestOf(matrix), matrix };
    const answers = scenario.resampleBy.map((resampleBy) => {
      const { resamples } = scenario;
      const options = {
        ...computeOptions.parse({ seed: number, resamples, resampleBy }),
        measure: "pc1",
      } as const;
      const answer = answerOf(
        { question: "correlations", class: matrix.models[0]?.class as string, options },
        content,
      );
      const { correlations } = JSON.parse(new TextDecoder().decode(answer)) as {
        correlations: CorrelationRow[];
      };
      return correlations.filter(({ kind }) => kind === "safety");
    });
    scenario.targets.forEach((_, target) => {
      trials.push(
        trialOf(
          target,
          answers.map((rows) => rows[target] as CorrelationRow),
        ),
      );
    });
  }
  return trials;
}

/** The number of each model's family. */
export function familiesOf(sizes: readonly number[]): Int32Array {
  return Int32Array.from(sizes.flatMap((size, family) => new Array<number>(size).fill(family)));
}

/** @param rows the same target by each way of resampling, models first. */
function trialOf(target: number, rows: readonly CorrelationRow[]): Trial {
  const [byModels, byFamilies] = rows as [CorrelationRow, CorrelationRow?];
  const { percentile, bca, bonettWright } = byModels.intervals;
  return {
    target,
    rho: byModels.rho,
    intervals: {
      percentile,
      bca,
      bonettWright,
      ...(byFamilies === undefined ? {} : { clusterPercentile: byFamilies.interval }),
    },
    p: byModels.p,
    verdict: byModels.verdict,
  };
}
