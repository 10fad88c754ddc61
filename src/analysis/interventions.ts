import * as z from "zod";
import type { Warning } from "../matrix/warning.js";
import { nullableNumber } from "./answer.js";
import { doseCurves, doseFields } from "./dose-curves.js";
import { effectFields, effectsOf } from "./effects.js";
import { ExcessSafety } from "./excess-safety.js";
import type { Fit } from "./fit.js";
import { type InterventionPair, type Pairing, pairsByParent } from "./intervention-pairs.js";
import { interventionsConclusion } from "./interventions-conclusion.js";
import { unknownNames } from "./nearest-names.js";
import type { ComputeOptions } from "./options.js";
import { changeFields, changesOf, type PairedChange, pairedChange } from "./paired-changes.js";
import { question } from "./question.js";

const capabilityFields = z
  .object({
    ...changeFields,
    onScore: z
      .object(changeFields)
      .meta({ description: "The same on the capabilities score of the parent's class" }),
  })
  .meta({ id: "CapabilityChange", description: "On the mean of 0–1 scales; above 0 is a gain" });

/** What did real interventions do to safety, and to capability? */
export const interventions = question({
  name: "interventions",
  summary: "Treated models beside the models that they were made from",
  description:
    "Pairs every model of the class with its `parent`, wherever in the matrix that stands. Capability is scored on the parent class's own mean, standard deviation and weights, and on the mean of 0–1 scales. `alignmentTax` is the capability lost; `excessSafety` the change in safety beyond what that change in capability would bring. Pairs of one family are not independent: `familyP` flips signs by family. With `dose`, `doses` has each method's curve, beside the methods named by `baseline=` at equal capability. METHODS §8.",
  options: {
    baseline: z.array(z.string()).default([]).meta({
      description:
        "Repeat: methods, as declared by the models' interventions, that the others are compared with at equal capability",
    }),
  },
  ignores: ["measure", "correlation", "threshold", "resampleBy"],
  rows: "effects",
  shape: {
    effects: z.array(effectFields),
    pairs: z.array(
      z.object({
        model: z.string(),
        parent: z.string(),
        parentClass: z.string(),
        family: z.string().meta({ description: "The model's, else its parent's, else the parent itself" }),
        method: z.string(),
        dose: nullableNumber,
        parentScore: nullableNumber,
        score: nullableNumber.meta({ description: "On the mean, sd and weights of the parent's class" }),
        scoreChange: nullableNumber,
        meanChange: nullableNumber,
        reason: z.string().nullable(),
      }),
    ),
    capability: capabilityFields,
    methods: z.array(z.object({ method: z.string(), capability: capabilityFields })),
    doses: z.array(doseFields),
    conclusion: z.string(),
  },
  answer(grounds, options) {
    const { fitted } = grounds;
    const pairing = pairsByParent(grounds);
    const { pairs } = pairing;
    requireMethods(pairs, options.baseline);
    const excess = new ExcessSafety(pairs);
    const effects = effectsOf(fitted, pairs, excess, options);
    const capability = capabilityOf(pairs, options);
    const doses = doseCurves(fitted, pairs, excess, options);
    return {
      answer: {
        effects,
        pairs: pairs.map(({ reference, row: _, parentRow: __, ...pair }) => ({
          ...pair,
          parentClass: reference.slice.class,
        })),
        capability,
        methods: methodsOf(pairs).map((method) => ({
          method,
          capability: capabilityOf(
            pairs.filter((pair) => pair.method === method),
            options,
          ),
        })),
        doses,
        conclusion: interventionsConclusion({ class: fitted.slice.class, pairs, capability, effects, doses }),
      },
      warnings: warningsOf(fitted, pairing, excess),
    };
  },
});

function capabilityOf(
  pairs: readonly InterventionPair[],
  options: ComputeOptions,
): PairedChange & { onScore: PairedChange } {
  const on = (capability: "scoreChange" | "meanChange") => {
    const found = pairedChange(changesOf(pairs, capability), options);
    const why = capability === "meanChange" ? "rangeUnknown" : "missingCapability";
    return found.pairs > 0 || pairs.length === 0
      ? found
      : { ...found, reason: pairs.find(({ reason }) => reason !== null)?.reason ?? why };
  };
  return { ...on("meanChange"), onScore: on("scoreChange") };
}

function methodsOf(pairs: readonly InterventionPair[]): string[] {
  return [...new Set(pairs.map(({ method }) => method))];
}

/** @throws {DomainError} `unknownName` for a baseline that no pair has. */
function requireMethods(pairs: readonly InterventionPair[], baseline: readonly string[]): void {
  unknownNames([{ parameter: "baseline", given: baseline, known: methodsOf(pairs) }]).throwIfAny(
    "unknownName",
  );
}

function warningsOf(fitted: Fit, { pairs, orphans }: Pairing, { tooMany }: ExcessSafety): Warning[] {
  const named = (code: string, message: string, names: readonly string[]): Warning[] =>
    names.length === 0 ? [] : [{ code, message, count: names.length, names: names.slice(0, 10) }];
  const without = pairs.filter(({ scoreChange }) => scoreChange === null).map(({ model }) => model);
  const within = pairs.filter(({ reference }) => reference === fitted).map(({ model }) => model);
  return [
    ...(pairs.length === 0
      ? [{ code: "noPairs", message: "no model of this class declares a parent that is in the matrix" }]
      : []),
    ...named("parentMissing", "no pair: the parent is not in the matrix, or is excluded", orphans),
    ...named("noScoreChange", "no change of the capabilities score: see the pair's reason", without),
    ...named(
      "parentInClass",
      "the parent is of the treated class itself: the score they are measured on was fitted on both",
      within,
    ),
    ...(tooMany
      ? [
          {
            code: "tooManyModels",
            message: "no excess safety: slopes between any two of so many models cost too much",
          },
        ]
      : []),
  ];
}
