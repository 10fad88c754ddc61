import { createHash } from "node:crypto";
import * as z from "zod";
import { classCounts, sliceOf } from "../matrix/class-slice.js";
import { answerHead } from "./answer.js";
import { ask, type Content, capabilityColumns, fitFor, optionsRead, requireKnown } from "./ask.js";
import { check, checkAnswer, type NewBenchmark, type Posted, withPosted } from "./check.js";
import { checkSensitivityPart, checkSensitivityPlan } from "./check-sensitivity.js";
import { Draws } from "./draws.js";
import { fitCapabilities } from "./fit.js";
import { METHOD_VERSION } from "./method-version.js";
import type { Needs } from "./needs.js";
import type { ComputeOptions } from "./options.js";
import type { Grounds, Plan, Question } from "./question.js";
import { QUESTIONS } from "./questions.js";
import { type Resampling, refitCost, resamplePart, resamplingOf } from "./resampling.js";

/** The name of an inquiry about a posted benchmark; every other name is a question's. */
const CHECK = "check";

/** Everything an answer depends on besides the content; structured-clonable and JSON. */
export interface Inquiry {
  /** Name of a question, or `check`. */
  readonly question: string;
  readonly class: string;
  readonly options: ComputeOptions;
  /** Of a check only. */
  readonly posted?: NewBenchmark;
}

export interface Prepared {
  /** How many parts of about equal work there are; 0: nothing to resample. */
  readonly parts: number;
  readonly work: Work | null;
}

/**
 * What parts are done of, by whichever thread: structured-clonable, its large arrays on shared memory, inputs and the
 * disjoint regions of output alike.
 */
export interface Work {
  readonly question: string;
  readonly resampling: Resampling | null;
  readonly plan: Plan | null;
}

/** Whether there may be anything to prepare; without, the last step is the only one. */
export function hasParts(inquiry: Inquiry): boolean {
  const question = questionOf(inquiry);
  return needsOf(inquiry) !== null || question === null || question.plan !== undefined;
}

/** First step, on one thread. @throws {DomainError} as `fitFor`; `invalid` where the replicates would not fit in memory. */
export function prepare(inquiry: Inquiry, content: Content): Prepared {
  if (!hasParts(inquiry)) return { parts: 0, work: null };
  const question = questionOf(inquiry);
  const needs = needsOf(inquiry);
  const { grounds } = groundsOf(inquiry, content);
  const resampling = needs === null ? null : resamplingOf(grounds.fitted, inquiry.options, needs);
  const plan =
    question === null
      ? checkSensitivityPlan(grounds.fitted, inquiry.options)
      : (question.plan?.(grounds, inquiry.options) ?? null);
  const parts = (resampling?.parts.length ?? 0) + (plan?.parts ?? 0);
  return { parts, work: parts === 0 ? null : { question: inquiry.question, resampling, plan } };
}

/** Any thread may do any part in any order: the result does not depend on it. */
export function computePart({ question, resampling, plan }: Work, part: number): void {
  const own = part - (resampling?.parts.length ?? 0);
  if (resampling !== null && own < 0) resamplePart(resampling, part);
  else if (question === CHECK) checkSensitivityPart(plan, own);
  else questionNamed(question)?.work?.(plan as Plan, own);
}

/** Last step, on one thread: the checked answer, as the JSON bytes that are kept and sent. @throws {DomainError} as `fitFor`. */
export function finish(inquiry: Inquiry, content: Content, work: Work | null): Uint8Array {
  const { grounds, posted } = groundsOf(inquiry, content);
  const draws = new Draws(work?.resampling ?? null);
  const question = questionOf(inquiry);
  const { digest } = content;
  const answer =
    question === null
      ? checkAnswer.parse(
          check(
            { digest, fitted: grounds.fitted, draws, plan: work?.plan ?? null },
            posted as Posted,
            inquiry.options,
          ),
        )
      : answerSchema(question).parse(
          ask(question, digest, { ...grounds, draws, plan: work?.plan ?? null }, inquiry.options),
        );
  return new TextEncoder().encode(JSON.stringify(answer));
}

/** All three steps on this thread. */
export function answerOf(inquiry: Inquiry, content: Content): Uint8Array {
  const { parts, work } = prepare(inquiry, content);
  for (let part = 0; part < parts; part++) computePart(work as Work, part);
  return finish(inquiry, content, work);
}

/** Nanoseconds, roughly, of a cell's part in an answer besides resampling. */
const NS_A_CELL = 3_000;
/** Taken where the options do not say how many benchmarks make the score. */
const USUAL_CAPABILITIES = 20;
/** A resampled cell in work of a question's own. */
const NS_OF_OWN_WORK = 10;

/** Estimated single-thread milliseconds, from sizes and options alone. */
export function costOf(
  inquiry: Inquiry,
  { models, benchmarks }: { models: number; benchmarks: number },
): number {
  const { options } = inquiry;
  const needs = needsOf(inquiry);
  const capabilities = options.capability.length || Math.min(benchmarks, USUAL_CAPABILITIES);
  const targets = needs === null ? 0 : { all: benchmarks, last: 1, none: 0 }[needs.targets];
  const resampled =
    needs === null
      ? 0
      : options.resamples *
        refitCost(options.correlation, {
          rows: models,
          capabilities,
          targets: targets * needs.measures.length,
        });
  const cells = models * benchmarks;
  const own = questionOf(inquiry)?.plan === undefined ? 0 : NS_OF_OWN_WORK * (cells + 50 * models);
  return 1 + (resampled + options.resamples * own + NS_A_CELL * cells) / 1e6;
}

/** Names an answer: question, digest, class, options read, method version, and what was posted. */
export function keyOf(inquiry: Inquiry, digest: string): string {
  const { question: name, class: className, options, posted } = inquiry;
  const read = optionsRead(questionOf(inquiry) ?? { ignores: [] }, options);
  const parts = [name, digest, className, read, METHOD_VERSION, ...(posted === undefined ? [] : [posted])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32);
}

/** The schema of a question's whole answer, but for the envelope that names the matrix. */
export function answerSchema(question: Question) {
  return z.strictObject({ ...answerHead, ...question.shape });
}

/** `null` for a check. @throws {RangeError} where there is no such question. */
function questionOf({ question: name }: Inquiry): Question | null {
  const found = questionNamed(name);
  if (found === null && name !== CHECK) throw new RangeError(`there is no question ${name}`);
  return found;
}

function questionNamed(name: string): Question | null {
  return (QUESTIONS as unknown as readonly Question[]).find((question) => question.name === name) ?? null;
}

function needsOf(inquiry: Inquiry): Needs | null {
  const { options } = inquiry;
  if (options.resamples === 0) return null;
  const question = questionOf(inquiry);
  if (question !== null) return question.needs?.(options) ?? null;
  return {
    measures: [options.measure],
    targets: "last",
    permutations: true,
    congruence: false,
    nullMatrices: 0,
  };
}

/** The fits; of a check, on a slice that has the posted benchmark as its last column. */
function groundsOf(inquiry: Inquiry, content: Content): { grounds: Grounds; posted: Posted | null } {
  const { class: className, options, posted } = inquiry;
  const { matrix } = content;
  const classes = [...classCounts(matrix.models).keys()];
  const fitOf = (name: string) => fitFor(content, name, options);
  const classOf = classLookup(matrix.models);
  if (posted === undefined)
    return { grounds: { fitted: fitOf(className), classes, fitOf, classOf }, posted: null };
  requireKnown(matrix, className, options);
  const slice = sliceOf(matrix, className, new Set(options.exclude));
  const capabilities = capabilityColumns(slice, options.capability);
  const matched = withPosted(slice, posted);
  const fitted = fitCapabilities(matched.slice, options.basis, capabilities);
  return { grounds: { fitted, classes, fitOf, classOf }, posted: matched };
}

/** Made when it is first asked for: most questions never ask. */
function classLookup(models: Content["matrix"]["models"]): Grounds["classOf"] {
  let known: ReadonlyMap<string, string> | null = null;
  return (model) => {
    known ??= new Map(models.map((one) => [one.model, one.class]));
    return known.get(model) ?? null;
  };
}
