import type { Fragility } from "./fragility.js";
import type { SubmittedSet } from "./model-sets.js";
import type { BoundsRow } from "./sensitivity-bounds.js";
import type { LeftOutFamily } from "./sensitivity-left-out.js";

interface Findings {
  readonly className: string;
  readonly n: number;
  readonly rho: number | null;
  readonly reason: string | null;
  readonly refit: boolean;
  readonly threshold: number;
  readonly level: number;
  readonly bounds: readonly BoundsRow[];
  readonly fragility: Fragility | null;
  readonly families: readonly LeftOutFamily[];
  readonly submitted: { readonly percentile: number | null; readonly set: SubmittedSet } | null;
}

/** What the choice of models can and cannot do to a correlation, in words that follow from the numbers by rule. */
export function sensitivityConclusion(found: Findings): string {
  const { n, rho, className, reason } = found;
  if (rho === null)
    return `No correlation: ${reason}. ${n} ${className} models have both a score and the benchmark; there is nothing that a choice of models could change.`;
  return [
    `Over ${n} ${className} models ρ is ${figure(rho)}.`,
    ...bounded(found),
    ...fragile(found),
    ...familiesLeftOut(found.families),
    ...placed(found),
    "Bounds are worst cases over every choice: they show what choosing could do, not that anyone chose.",
  ].join(" ");
}

function bounded({ bounds, refit, level }: Findings): string[] {
  const defined = bounds.filter(({ low }) => low !== null);
  const last = defined.at(-1);
  if (last === undefined) return ["Too few models are left to drop any and still have a correlation."];
  const how = last.exact ? "" : " at least (a greedy search, which may miss the extremes)";
  const range = `The worst choice of ${last.dropped} to leave out, ${refit ? "the score refitted" : "the score held fixed"}, gives from ${figure(last.low)} to ${figure(last.high)}${how}.`;
  const judged = defined.filter(({ beyondBand }) => beyondBand !== null);
  if (judged.length === 0) return [range, "No reference band was computed, so whether that is much is open."];
  const beyond = judged.filter(({ beyondBand }) => beyondBand).map(({ dropped }) => dropped);
  const percent = Number((100 * level).toPrecision(6));
  return [
    range,
    beyond.length === 0
      ? `Normal samples of this size and correlation are moved as far (${percent} % band): it is not fragile beyond what chance alone does.`
      : `With ${list(beyond)} dropped that is beyond the ${percent} % band of normal samples of this size and correlation: the correlation hangs on few models.`,
  ];
}

function fragile({ fragility, threshold }: Findings): string[] {
  if (fragility === null) return [];
  const { toThreshold, toZero, toVerdict, exactTo, searchedTo } = fragility;
  const count = (k: number | null) => (k === null ? null : `${k > exactTo ? "at most " : ""}${k}`);
  const said = [
    { k: count(toThreshold), what: `move |ρ| across ${threshold}` },
    { k: count(toZero), what: "turn its sign" },
    { k: count(toVerdict), what: `change the closed-form verdict (${fragility.verdict})` },
  ];
  const can = said.filter(({ k }) => k !== null).map(({ k, what }) => `${k} to ${what}`);
  const cannot = said.filter(({ k }) => k === null).map(({ what }) => what);
  return [
    ...(can.length === 0 ? [] : [`It takes the loss of ${list(can)}.`]),
    ...(cannot.length === 0 || searchedTo === 0
      ? []
      : [`No loss of up to ${searchedTo} models was found to ${list(cannot, "or")}.`]),
  ];
}

function familiesLeftOut(families: readonly LeftOutFamily[]): string[] {
  const defined = families.flatMap(({ family, rho }) => (rho === null ? [] : [{ family, rho }]));
  if (defined.length < 2) return [];
  const ordered = [...defined].sort((a, b) => a.rho - b.rho);
  const [low, high] = [ordered[0], ordered.at(-1)] as [(typeof ordered)[0], (typeof ordered)[0]];
  return [
    `Leaving out one family at a time gives ${figure(low.rho)} (without ${low.family}) to ${figure(high.rho)} (without ${high.family}).`,
  ];
}

function placed({ submitted }: Findings): string[] {
  if (submitted === null) return [];
  const { percentile, set } = submitted;
  if (percentile === null)
    return [`The ${set.n} submitted models have no correlation of their own: ${set.reason}.`];
  const share = Number((100 * percentile).toPrecision(3));
  const isExtreme = percentile < 0.025 || percentile > 0.975;
  return [
    `The ${set.n} submitted models have ρ ${figure(set.rho)}: above ${share} % of random sets of that size, ${isExtreme ? "which chance alone rarely gives" : "which is nothing unusual"}.`,
  ];
}

function list(items: readonly (string | number)[], word = "and"): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

function figure(value: number | null): string {
  return value === null ? "–" : value.toFixed(3).replace("-", "−");
}
