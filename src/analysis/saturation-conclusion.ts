import type { Association, Relation } from "./saturation-relation.js";

/** Does the interval of the relation bear out that decorrelated benchmarks keep more room? By rule. */
export function saturationConclusion(relation: Relation): string {
  const { outsideScore, disattenuated } = relation;
  if (relation.spearman === null)
    return `Whether decorrelated benchmarks saturate cannot be asked here: ${relation.n} benchmarks have both a correlation and a headroom (${relation.reason}).`;
  return [
    `Over ${relation.n} benchmarks the Spearman correlation of |ρ| and headroom is ${inWords(relation)}: ${reading(relation)}.`,
    outsideScore.spearman === null
      ? ""
      : `Without the parts of the score it is ${inWords(outsideScore)} over ${outsideScore.n}: ${reading(outsideScore)}.`,
    disattenuated.spearman === null
      ? "Standard errors or numbers of items are not known, so that noise at the ceiling, which lowers ρ by itself, could not be taken out."
      : `With noise taken out of ρ it is ${inWords(disattenuated)} over ${disattenuated.n}: ${reading(disattenuated)}.`,
    "Headroom is a state of these models and these benchmarks, not a speed: it does not show what will fill up next.",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function reading({ interval }: Association): string {
  if (interval === null) return "there is no interval, and nothing is decided";
  if (interval.high < 0) return "less correlated benchmarks have more room";
  if (interval.low > 0) return "less correlated benchmarks have less room, against the claim";
  return "the interval holds 0, and the claim is neither borne out nor refuted";
}

function inWords({ spearman, interval }: Association): string {
  const figure = (value: number) => value.toFixed(2).replace("-", "−");
  const point = figure(spearman ?? 0);
  return interval === null ? point : `${point} [${figure(interval.low)}, ${figure(interval.high)}]`;
}
