import * as z from "zod";
import { RandomStream } from "../stats/philox.js";
import { signFlipTest } from "../stats/sign-flip-test.js";
import { signedRankTest } from "../stats/signed-rank.js";
import { hodgesLehmann, signedRankInterval } from "../stats/walsh-averages.js";
import { interval, nullableNumber } from "./answer.js";
import type { InterventionPair } from "./intervention-pairs.js";
import type { ComputeOptions } from "./options.js";

/** The change of one thing in some pairs, and whether it differs from none. */
export const changeFields = {
  pairs: z.number().int(),
  families: z.number().int(),
  hodgesLehmann: nullableNumber.meta({ description: "Median of the averages of any two changes" }),
  meanChange: nullableNumber,
  rises: z.number().int().meta({ description: "Pairs in which it rises" }),
  falls: z.number().int(),
  interval: interval.nullable().meta({
    description: "Of the Hodges–Lehmann estimate, by the signed rank test; takes six pairs at level 0.95",
  }),
  p: nullableNumber.meta({
    description: "Wilcoxon's signed rank, two-sided; as if pairs of one family were independent",
  }),
  exact: z.boolean().meta({ description: "Whether `p` is exact: at most 50 pairs, no ties" }),
  familyP: nullableNumber.meta({
    description: "Sign flips of whole families, two-sided; its least value with F families is 2/2^F",
  }),
  familyExact: z.boolean().meta({
    description: "Whether all 2^F flips are counted (F ≤ 20); otherwise `resamples` seeded random ones",
  }),
  reason: z.string().nullable(),
};
const changeSchema = z.object(changeFields).meta({ id: "PairedChange" });
export type PairedChange = z.infer<typeof changeSchema>;

/** One pair's change, and the family that the pair belongs to. */
export interface Change {
  readonly value: number;
  readonly family: string;
}

/** The changes in capability of the pairs that have one. */
export function changesOf(
  pairs: readonly InterventionPair[],
  capability: "scoreChange" | "meanChange",
): Change[] {
  return pairs.flatMap(({ [capability]: value, family }) => (value === null ? [] : [{ value, family }]));
}

/** The Hodges–Lehmann estimate alone. */
export function centreOf(changes: readonly Change[]): number | null {
  return hodgesLehmann(changes.map(({ value }) => value));
}

/** Location, tests and interval of paired changes (METHODS §8). */
export function pairedChange(
  changes: readonly Change[],
  { seed, resamples, level }: Pick<ComputeOptions, "seed" | "resamples" | "level">,
): PairedChange {
  const values = Float64Array.from(changes, ({ value }) => value);
  const sums = familySums(changes);
  const centre = hodgesLehmann(values);
  const bounds = signedRankInterval(values, level);
  const test = signedRankTest(values);
  const flips = sums.every(Number.isFinite)
    ? signFlipTest(sums, resamples, new RandomStream(seed, "signFlip"))
    : null;
  const total = sums.reduce((a, b) => a + b, 0);
  return {
    pairs: values.length,
    families: sums.length,
    hodgesLehmann: centre,
    meanChange: values.length > 0 && Number.isFinite(total) ? total / values.length : null,
    rises: values.filter((value) => value > 0).length,
    falls: values.filter((value) => value < 0).length,
    interval: bounds === null ? null : { ...bounds, level, method: "signedRank" },
    p: test?.p ?? null,
    exact: test?.exact ?? false,
    familyP: flips?.p ?? null,
    familyExact: flips?.exact ?? false,
    reason: whyNull(values.length, { bounds, test, familyP: flips?.p ?? null }),
  };
}

function whyNull(
  pairs: number,
  found: { bounds: unknown; test: unknown; familyP: number | null },
): string | null {
  if (pairs === 0) return "noPairs";
  if (found.test === null) return "noChange";
  if (found.bounds === null) return "tooFewPairs";
  return found.familyP === null ? "noResamples" : null;
}

/** In the order of the families' names, so that the order of the models changes nothing. */
function familySums(changes: readonly Change[]): number[] {
  const sums = new Map<string, number>();
  for (const { value, family } of changes) sums.set(family, (sums.get(family) ?? 0) + value);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
