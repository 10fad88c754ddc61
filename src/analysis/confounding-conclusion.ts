import type { AdjustedRow } from "./adjusted-row.js";
import type { Covariate } from "./covariates.js";
import type { Reversal } from "./pooled-correlations.js";
import type { WithinFamilyRow } from "./within-family.js";

interface Findings {
  readonly given: readonly Covariate[];
  readonly rows: readonly AdjustedRow[];
  readonly withinFamily: readonly WithinFamilyRow[];
  readonly reversals: readonly Reversal[];
  readonly classes: number;
}

const NAMES: Readonly<Record<Covariate, string>> = {
  releasedOn: "release date",
  trainingFlop: "training compute",
  parameters: "number of parameters",
  interventions: "number of interventions",
  family: "model family",
  class: "model class",
};
/** What makes models capable; number of parameters stands for it. */
const COMPUTE: readonly Covariate[] = ["trainingFlop", "parameters"];
const FOUND = 0.05;
/** A partial correlation as large as this share of the plain one has kept most of it. */
const KEPT = 0.5;

/**
 * What the numbers say about "it measures how progress went", in words that follow from them by rule; the rounding is for
 * reading, the digits stand in the answer.
 */
export function confoundingConclusion({ given, rows, withinFamily, reversals, classes }: Findings): string {
  const adjusted = rows.filter((row) => row.kind !== "capability" && row.partialRho !== null);
  const names = listed(given.map((covariate) => NAMES[covariate]));
  const sentences =
    adjusted.length === 0
      ? [
          `No correlation with a benchmark outside the score can be adjusted for ${names} here (see the reasons).`,
        ]
      : [adjustment(adjusted, names), ...separability(adjusted, names)];
  return [
    ...sentences,
    ...about(given),
    ...families(withinFamily),
    ...pooling(reversals, classes),
    "None of this shows what would happen to a benchmark if capability were changed and nothing else: these models were not assigned their dates, families or compute, and what nobody recorded is not adjusted for.",
  ].join(" ");
}

function adjustment(adjusted: readonly AdjustedRow[], names: string): string {
  const middle = (values: readonly number[]) => {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length / 2;
    return (((sorted[Math.ceil(half) - 1] as number) + (sorted[Math.floor(half)] as number)) / 2).toFixed(2);
  };
  const plain = middle(adjusted.map(({ rho }) => Math.abs(rho ?? 0)));
  const partial = middle(adjusted.map(({ partialRho }) => Math.abs(partialRho ?? 0)));
  const found = adjusted.filter(({ q }) => q !== null && q <= FOUND).length;
  return `Given ${names}, the median |ρ| of ${counted(adjusted.length, "benchmark")} outside the score goes from ${plain} to ${partial} on the same ${models(adjusted)}; ${found} of ${adjusted.length} are told from 0 at a false discovery rate of ${FOUND}.`;
}

/** The wording turns on collinearity: where the score and a covariate are one thing, a fall of ρ says nothing. */
function separability(adjusted: readonly AdjustedRow[], names: string): string[] {
  const collinear = adjusted.filter((row) => row.collinear.length > 0);
  if (collinear.length === 0) {
    const strong = adjusted.filter(({ rho }) => Math.abs(rho ?? 0) >= 0.4);
    const kept = strong.filter(
      ({ rho, partialRho }) =>
        (partialRho as number) * Math.sign(rho as number) >= KEPT * Math.abs(rho as number),
    );
    return strong.length === 0
      ? []
      : [
          `These models can tell the score from ${names}: of the ${counted(strong.length, "benchmark")} with |ρ| ≥ 0.4, ${kept.length} keep at least half of it with its sign${kept.length === 0 ? "" : `; for these, ${names} alone cannot account for it`}.`,
        ];
  }
  const [worst] = collinear.flatMap(({ collinear: found, n }) => found.map((one) => ({ ...one, n })));
  if (worst === undefined) return [];
  return [collinearitySentence([worst], `${worst.n} models`)];
}

/** @param models such as "21 models". */
export function collinearitySentence(
  found: readonly { covariate: Covariate | "all"; rho: number | null; vif: number | null }[],
  models: string,
): string {
  const each = found.map(({ covariate, rho, vif }) => {
    const name = covariate === "all" ? "what is given, taken together" : NAMES[covariate];
    const inflation =
      vif === null ? "which explains the score wholly" : `variance inflation ${vif.toFixed(1)}`;
    return `${name} (${rho === null ? "" : `ρ ${rho.toFixed(3)}, `}${inflation})`;
  });
  return `${models} cannot separate capability from ${listed(each)}: a partial correlation near 0 is what such collinearity gives whether or not the benchmark tracks capability.`;
}

function about(given: readonly Covariate[]): string[] {
  const compute = given.filter((covariate) => COMPUTE.includes(covariate));
  if (compute.length > 0) {
    return [
      `Compute is a cause of capability${compute.includes("trainingFlop") ? "" : ", and the number of parameters a part of compute"}: adjusting for it takes out capability itself and is not deconfounding. Release date and family are the adjustments that speak to the objection.`,
    ];
  }
  return [
    "Compute, which this does not adjust for, is a cause of capability: adjusting for it would take out capability itself and not be deconfounding.",
  ];
}

function families(rows: readonly WithinFamilyRow[]): string[] {
  const tested = rows.filter(({ p }) => p !== null);
  if (tested.length === 0) return [];
  const found = tested.filter(({ p }) => (p as number) <= FOUND).length;
  const agree = tested.filter(({ gamma }) => Math.abs(gamma ?? 0) >= 0.4).length;
  return [
    `Between models of one family, |γ| ≥ 0.4 for ${agree} of ${tested.length} benchmarks, and p ≤ ${FOUND} for ${found} (each by itself, not adjusted for their number).`,
  ];
}

function pooling(reversals: readonly Reversal[], classes: number): string[] {
  if (classes < 2) return [];
  const reversed = reversals.filter(({ status }) => status === "reversed").length;
  return [
    reversed === 0
      ? `No correlation has one sign over the ${classes} classes together and surely the other within one${reversals.length === 0 ? "" : ` (in ${counted(reversals.length, "case")} the signs differ, and an interval includes 0)`}.`
      : `${counted(reversed, "correlation")} ${reversed === 1 ? "has" : "have"} one sign over the ${classes} classes together and the other within a class, both intervals excluding 0: pooling classes misleads there.`,
  ];
}

function models(rows: readonly AdjustedRow[]): string {
  const least = rows.reduce((found, { n }) => Math.min(found, n), Number.POSITIVE_INFINITY);
  const most = rows.reduce((found, { n }) => Math.max(found, n), 0);
  return least === most ? `${most} models` : `${least} to ${most} models`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
