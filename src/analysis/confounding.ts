import * as z from "zod";
import type { Warning } from "../matrix/warning.js";
import { adjustedCorrelations } from "./adjusted-correlations.js";
import { type AdjustedDesign, adjustedDesign } from "./adjusted-design.js";
import { type AdjustedRow, adjustedRow } from "./adjusted-row.js";
import { covariateRow } from "./adjusted-sample.js";
import { nullableNumber } from "./answer.js";
import { averagesOf, averageWarnings } from "./capabilities.js";
import { collinearitySentence, confoundingConclusion } from "./confounding-conclusion.js";
import { confoundingPart, confoundingPlan } from "./confounding-plan.js";
import { COVARIATES, type Covariate, isDeclared, requireGiven } from "./covariates.js";
import { eraRow, eras } from "./eras.js";
import { falseDiscoveries } from "./false-discoveries.js";
import type { Fit } from "./fit.js";
import { pooledCorrelations, pooledRow, reversal, reversalsOf } from "./pooled-correlations.js";
import { type Pooled, pooledFit } from "./pooled-fit.js";
import { type Grounds, type OptionsOf, question } from "./question.js";
import { randomArrangements, withinFamily, withinFamilyRow } from "./within-family.js";

const given = z.array(z.enum(COVARIATES)).default([]).meta({
  description:
    "Required; repeat for several: what to adjust for. Of `releasedOn`, `trainingFlop`, `parameters`, `interventions` (their number), by rank, and `family`, `class`, as groups; those that enough models declare. With `class` the rows are of the models of all classes, on a score fitted on all of them",
});
type Options = OptionsOf<{ given: typeof given }>;

/** Does a benchmark track capability, or does it measure how AI progress went? */
export const confounding = question({
  name: "confounding",
  summary: "Whether a correlation is there given release date, family, compute or class",
  description:
    "Partial rank correlations of every benchmark with the capabilities score given what `given` names, on the models that have all of it; agreement within model families (γ); the correlation era by era; and all classes together against each class. Compute is a cause of capability, so adjusting for it is not deconfounding: release date and family are the adjustments that speak to the objection. Where the score cannot be told from a covariate, `collinear` says so, and a partial correlation near 0 means nothing. METHODS §6.",
  options: { given },
  ignores: ["correlation", "threshold"],
  rows: "benchmarks",
  shape: {
    given: z.array(z.enum(COVARIATES)),
    available: z.array(z.enum(COVARIATES)).meta({ description: "What enough models here declare" }),
    scope: z
      .object({ classes: z.array(z.string()), models: z.number().int() })
      .meta({ description: "What `benchmarks` rests on: models with a score, of these classes" }),
    covariates: z.array(
      z.object({
        covariate: z.enum(COVARIATES),
        n: z.number().int().meta({ description: "Models with a score that declare it" }),
        rho: nullableNumber.meta({ description: "Spearman of the score with it; null for groups" }),
        vif: nullableNumber.meta({ description: "Variance inflation of the score given it alone" }),
        isCollinear: z.boolean(),
      }),
    ),
    benchmarks: z.array(adjustedRow),
    withinFamily: z.array(withinFamilyRow).meta({ description: "Of the class that was asked about" }),
    pooled: z.array(pooledRow).meta({
      description: "All classes together against each; empty with one class, or more than a hundred",
    }),
    eras: z.array(eraRow).meta({ description: "Of the class that was asked about" }),
    reversals: z.array(reversal).meta({ description: "Signs that differ between all classes and one" }),
    reason: z.string().nullable().meta({ description: "Why there is no score" }),
    conclusion: z.string(),
  },
  plan(grounds, options) {
    const { fit, adjusted } = scopeOf(grounds, options);
    return confoundingPlan(fit, adjusted, randomArrangements(grounds.fitted, options), options);
  },
  work: confoundingPart,
  answer(evidence, options) {
    const scope = scopeOf(evidence, options);
    const { fit, adjusted, pooled, available } = scope;
    const rows = withQ(adjustedCorrelations({ fit, adjusted, plan: evidence.plan }, options), options);
    const families = withinFamily(evidence.fitted, evidence.plan, options);
    const together = pooled === null ? [] : pooledCorrelations(pooled, options);
    const reversals = reversalsOf(together);
    return {
      answer: {
        given: scope.given,
        available,
        scope: {
          classes: fit === evidence.fitted ? [fit.slice.class] : [...evidence.classes],
          models: adjusted?.rows.length ?? 0,
        },
        covariates:
          adjusted === null ? [] : scope.given.map((covariate) => covariateRow(fit, adjusted, covariate)),
        benchmarks: rows,
        withinFamily: families,
        pooled: together,
        eras: eras(evidence.fitted, options),
        reversals,
        reason: fit.reason,
        conclusion: confoundingConclusion({
          given: scope.given,
          rows,
          withinFamily: families,
          reversals,
          classes: evidence.classes.length,
        }),
      },
      warnings: [...averageWarnings(averagesOf(fit), options.measure), ...collinearWarnings(rows)],
    };
  },
});

interface Scope {
  readonly given: Covariate[];
  readonly available: Covariate[];
  /** Of all classes where class is adjusted for, else of the one asked about. */
  readonly fit: Fit;
  readonly adjusted: AdjustedDesign | null;
  readonly pooled: Pooled | null;
}

/** @throws {DomainError} where nothing is given, or what too few models declare. */
function scopeOf(grounds: Grounds, options: Options): Scope {
  const pooled = pooledFit(grounds);
  const wanted = COVARIATES.filter((covariate) => options.given.includes(covariate));
  const acrossClasses = wanted.includes("class");
  const fit = acrossClasses && pooled !== null ? pooled.fit : grounds.fitted;
  const available = COVARIATES.filter((covariate) =>
    isDeclared(covariate, modelsOf(covariate === "class" ? (pooled?.fit ?? fit) : fit)),
  );
  requireGiven(wanted, available);
  return { given: wanted, available, fit, pooled, adjusted: adjustedDesign(fit, options.measure, wanted) };
}

function modelsOf({ slice, rows }: Fit) {
  return rows.flatMap((i) => slice.models[i] ?? []);
}

function withQ(rows: readonly AdjustedRow[], { fdrFamily }: Options): AdjustedRow[] {
  const { q } = falseDiscoveries(rows, fdrFamily);
  return rows.map((row, i) => ({ ...row, q: q[i] ?? null }));
}

/** One warning a covariate, with the benchmarks that it concerns. */
function collinearWarnings(rows: readonly AdjustedRow[]): Warning[] {
  const covariates = [
    ...new Set(rows.flatMap(({ collinear }) => collinear.map(({ covariate }) => covariate))),
  ];
  return covariates.map((covariate) => {
    const concerned = rows.flatMap(({ benchmark, n, collinear }) =>
      collinear.filter((one) => one.covariate === covariate).map((one) => ({ benchmark, n, one })),
    );
    const most = concerned.reduce((a, b) => (b.n > a.n ? b : a));
    return {
      code: "collinear",
      message: collinearitySentence([most.one], `${most.n} models`),
      count: concerned.length,
      names: concerned.slice(0, 10).map(({ benchmark }) => benchmark),
    };
  });
}
