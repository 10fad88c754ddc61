import type { ComputeOptions } from "../../src/analysis/options.js";

/** A safety benchmark whose population Spearman correlation with the capabilities score is known. */
export interface Target {
  readonly shape: "continuous" | "ties" | "missing" | "ties and missing";
  /** Before any rounding. */
  readonly rho: number;
}

/** One kind of score matrix, simulated many times. */
export interface Scenario {
  readonly name: string;
  /** Of the simulated data; scenarios with different seeds share no number. */
  readonly seed: number;
  /** Models of each family; all 1 where models are independent. */
  readonly familySizes: readonly number[];
  /** Share of the variance of the factor, and of the targets' noise, that models of one family have in common. */
  readonly familyShare: number;
  readonly targets: readonly Target[];
  readonly resamples: number;
  readonly resampleBy: readonly ComputeOptions["resampleBy"][];
}

const RHOS = [0, 0.2, 0.4, 0.6, 0.8] as const;
const CONTINUOUS = RHOS.map((rho): Target => ({ shape: "continuous", rho }));
const IMPERFECT = (["ties", "missing", "ties and missing"] as const).flatMap((shape) =>
  [0, 0.4, 0.8].map((rho): Target => ({ shape, rho })),
);
/** Llama 2, Llama 3, Mistral, Qwen1.5, Yi, DBRX, DeepSeek, Falcon, Gemma: the bundled chat models. */
const CHAT_FAMILIES = [3, 2, 3, 8, 2, 1, 2, 3, 2] as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "27 independent models",
    seed: 1,
    familySizes: alone(27),
    familyShare: 0,
    targets: [...CONTINUOUS, ...IMPERFECT],
    resamples: 10_000,
    resampleBy: ["models"],
  },
  {
    name: "100 independent models",
    seed: 2,
    familySizes: alone(100),
    familyShare: 0,
    targets: CONTINUOUS,
    resamples: 4_000,
    resampleBy: ["models"],
  },
  ...[0.3, 0.5].map(
    (familyShare, k): Scenario => ({
      name: `26 models of 9 families, family share ${familyShare}`,
      seed: 3 + k,
      familySizes: CHAT_FAMILIES,
      familyShare,
      targets: [0, 0.6].map((rho) => ({ shape: "continuous", rho })),
      resamples: 4_000,
      resampleBy: ["models", "families"],
    }),
  ),
];

function alone(models: number): number[] {
  return new Array<number>(models).fill(1);
}
