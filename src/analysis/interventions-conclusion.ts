import type { DosePoint } from "./dose-curves.js";
import type { Effect } from "./effects.js";
import type { InterventionPair } from "./intervention-pairs.js";
import type { PairedChange } from "./paired-changes.js";
import { probability, rounded } from "./rounded.js";

interface Findings {
  readonly class: string;
  readonly pairs: readonly InterventionPair[];
  readonly capability: PairedChange & { readonly onScore: PairedChange };
  readonly effects: readonly Effect[];
  readonly doses: readonly DosePoint[];
}

const FOUND = 0.05;

/** What the pairs show and what they do not, in words that follow from the numbers by rule. */
export function interventionsConclusion({
  class: name,
  pairs,
  capability,
  effects,
  doses,
}: Findings): string {
  if (pairs.length === 0)
    return `No pairs: no ${name} model declares a parent that is in the matrix, so nothing is said about interventions.`;
  return [
    ...capabilityInWords(name, pairs.length, capability),
    ...excessInWords(effects),
    ...dosesInWords(doses),
    "Pairs that happen to exist are no experiment: everything done between parent and model is in the change, and nothing here says what an intervention yet to come would do.",
  ].join(" ");
}

function capabilityInWords(name: string, count: number, capability: Findings["capability"]): string[] {
  const onMean = capability.pairs > 0;
  const found = onMean ? capability : capability.onScore;
  if (found.hodgesLehmann === null || found.meanChange === null)
    return [
      `${count} ${name} models have their parent here, but no change in capability is defined (${found.reason}).`,
    ];
  const unit = onMean ? "the mean over the capability benchmarks" : "the capabilities score";
  const what = `In ${found.pairs} pairs of ${found.families} ${found.families === 1 ? "family" : "families"} ${unit} changes by ${rounded(found.meanChange, 4)} on average (Hodges–Lehmann ${rounded(found.hodgesLehmann, 4)}).`;
  return [what, told(found)];
}

/** Which of the two tests tells the change from none; families decide. */
function told({ p, familyP, families, meanChange }: PairedChange): string {
  if (p === null || familyP === null) return "Whether that differs from no change is not tested.";
  const figures = `Wilcoxon p ${probability(p, 4)}, by family ${probability(familyP, 3)}`;
  const least = 2 / 2 ** families;
  const reach = least > FOUND ? `; ${families} families cannot give less than ${rounded(least, 3)}` : "";
  if (familyP <= FOUND)
    return `Capability ${(meanChange ?? 0) < 0 ? "falls" : "rises"} beyond chance also when whole families are the unit (${figures}).`;
  if (p <= FOUND)
    return `Pair by pair that is told from no change, but pairs of one family go together, and with whole families as the unit it is not (${figures}${reach}).`;
  return `It is not told from no change (${figures}${reach}).`;
}

function excessInWords(effects: readonly Effect[]): string[] {
  const tested = effects.filter(({ kind, p }) => kind === "safety" && p !== null);
  if (tested.length === 0) return ["No change in safety is measured beside what capability would bring."];
  const passes = (effect: Effect) => (effect.q ?? 1) <= FOUND && (effect.familyP ?? 1) <= FOUND;
  const found = tested.filter(passes);
  const up = found.filter(({ excessSafety }) => (excessSafety ?? 0) > 0).length;
  const strained = tested.filter(({ extrapolated, pairs }) => 2 * extrapolated > pairs).length;
  const several = new Set(tested.map(({ method }) => method)).size > 1;
  return [
    `Beyond what the change in capability would bring, ${up} of ${tested.length} ${several ? "pairs of method and safety benchmark" : "safety benchmarks"} rise and ${found.length - up} fall, at a false discovery rate of ${FOUND} and a family p of at most ${FOUND}.`,
    ...(strained > 0
      ? [`For ${strained} of them most pairs lie outside the scores that this expectation was found on.`]
      : []),
  ];
}

function dosesInWords(doses: readonly DosePoint[]): string[] {
  const beside = doses.flatMap(({ baselines }) => baselines);
  if (doses.length === 0) return [];
  if (beside.length === 0) return ["Doses are given without a baseline: name one with baseline=."];
  const met = beside.filter(({ advantage }) => advantage !== null);
  const better = met.filter(({ advantage }) => (advantage ?? 0) > 0);
  const sure = better.filter(({ familyP }) => (familyP ?? 1) <= FOUND);
  return [
    `Of ${beside.length} comparisons of a dose with a baseline, ${met.length} meet it at equal capability: the method is ahead in ${better.length}, in ${sure.length} of them with a family p of at most ${FOUND} (not adjusted for their number).`,
  ];
}
