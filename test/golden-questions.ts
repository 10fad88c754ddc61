import type { Content } from "../src/analysis/ask.js";
import { BUNDLED, contentOf } from "./asked.js";
import { golden } from "./golden.js";

type Cells = (number | null)[][];
type Named<Value> = Record<string, Value>;
export type Coefficients = { spearman: number | null; pearson: number | null };
export interface GoldenHorizon {
  lengths: (number | null)[];
  score: { n: number; accuracy: Coefficients; horizon: Coefficients };
  log10Flop: { n: number; accuracy: Coefficients; horizon: Coefficients };
  returns: { n: number; accuracyPerTenfold: number | null; exponent: number | null };
}
export interface GoldenResidual {
  safety: number;
  expected: number;
  residual: number;
  trainedOn: number;
  training: string;
  interval: [number, number] | null;
  standardised: number | null;
  extrapolated: boolean;
  rank: number | null;
  benchmarks?: number;
}
export type GoldenRelation = { n: number; spearman: number | null };
export interface GoldenSuite {
  benchmarks: string[];
  rhoOptimised: number;
  alpha: number;
  rhoOutOfFold: number | null;
  n: number;
  cancels: boolean;
  foldsAgreeing: number;
}
export interface GoldenAnswers {
  scaling: {
    fit: {
      n: number;
      slope: number | null;
      r2: number | null;
      slopeInterval: [number, number] | null;
      spearman: number | null;
    };
    horizons: Named<GoldenHorizon | null>;
  };
  differential: Named<Named<GoldenResidual | null>>;
  areas: Named<Named<GoldenResidual | null>>;
  saturation: {
    scoreReliability: number | null;
    benchmarks: Named<Named<number | null>>;
    relation: Record<"all" | "outsideScore" | "disattenuated", GoldenRelation>;
  };
  suites: Named<{ suites: GoldenSuite[]; candidates: number; folds?: { by: string | null; count: number } }>;
}
interface Bootstrapped {
  interval: [number, number];
  se: [number, number];
}

interface SmallCase {
  models: { model: string }[];
  benchmarks: { benchmark: string; kind: string }[];
  cells: Cells;
  errors: Cells;
  expected: GoldenAnswers;
}
const file = golden<{
  classes: Record<
    "base" | "chat",
    GoldenAnswers & { bootstrap: Record<"all" | "outsideScore", Bootstrapped> }
  >;
  cases: SmallCase[];
}>("questions");

/** What Python answers about the bundled matrix. */
export const BUNDLED_CLASSES = file.classes;

/** Every matrix of questions.json with what Python answers, as [what, content, class, expected]. */
export const GOLDEN_MATRICES: readonly (readonly [string, Content, string, GoldenAnswers])[] = [
  ...Object.entries(file.classes).map(
    ([name, expected]) => [`bundled ${name}`, BUNDLED, name, expected] as const,
  ),
  ...file.cases.map(
    (one, k) =>
      [`small ${k}: ${one.models.length} models`, contentOf(bodyOf(one)), "all", one.expected] as const,
  ),
];

function bodyOf({ models, benchmarks, cells, errors }: SmallCase): object {
  const scores = models.flatMap(({ model }, i) =>
    benchmarks.flatMap(({ benchmark }, j) => {
      const score = cells[i]?.[j] ?? null;
      const standardError = errors[i]?.[j] ?? null;
      return score === null
        ? []
        : [{ model, benchmark, score, ...(standardError === null ? {} : { standardError }) }];
    }),
  );
  return { models, benchmarks, scores };
}
