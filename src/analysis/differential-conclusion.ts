import type { DifferentialSafetyRow } from "./differential-safety.js";

interface Outside {
  readonly above: number;
  readonly below: number;
  readonly expectedByChance: number;
}

/** Who leads, how many intervals leave 0 out and how many would by chance; by rule. */
export function differentialConclusion(
  ranking: readonly DifferentialSafetyRow[],
  { above, below, expectedByChance }: Outside,
  benchmarks: readonly string[],
): string {
  const ranked = ranking.filter(({ rank }) => rank !== null);
  const what = benchmarks.length === 1 ? benchmarks[0] : `${benchmarks.length} benchmarks`;
  const [first] = ranked;
  if (first === undefined) {
    const reason = ranking.find((row) => row.reason !== null)?.reason ?? "noModels";
    return `No model can be ranked on ${what} (${reason}).`;
  }
  const unranked = ranking.filter(({ extrapolated }) => extrapolated === true).length;
  return [
    `On ${what}, ${first.model} stands highest for its capability among ${ranked.length} ranked models (residual ${figure(first.residual ?? 0)}).`,
    `${above} ${above === 1 ? "model lies" : "models lie"} above and ${below} below what ${above + below === 1 ? "its" : "their"} capability predicts by more than the prediction interval; about ${expectedByChance.toFixed(1)} of ${ranked.length} would by chance alone.`,
    ...(above + below <= Math.ceil(expectedByChance)
      ? ["That is no more than chance gives: the order is a description, not a finding."]
      : []),
    ...(unranked > 0
      ? [
          `${unranked} ${unranked === 1 ? "model is" : "models are"} outside the capability of the models trained on, and not ranked.`,
        ]
      : []),
    "A residual is whatever capability does not predict: training for safety, but also data, noise and a bend in the relation.",
  ].join(" ");
}

function figure(value: number): string {
  return value.toFixed(2).replace("-", "−");
}
