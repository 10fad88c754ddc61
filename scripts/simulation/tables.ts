import { missedBounds } from "./bounds.js";
import type { Rate } from "./rate.js";
import type { ScenarioResult } from "./study.js";
import type { TargetTally } from "./tally.js";
import type { IntervalName } from "./trial.js";

export const NAMES: Record<IntervalName, string> = {
  percentile: "percentile (default)",
  bca: "BCa",
  bonettWright: "Bonett–Wright",
  clusterPercentile: "percentile, `resampleBy=families`",
};

/** Beside the bounds that each interval misses, where bounds were set: on independent models. */
export function coverageTable({ name, familyShare, targets }: ScenarioResult): string {
  const bounded = familyShare === 0;
  const rows = targets.flatMap((target) =>
    target.intervals.map((one, k) => [
      k === 0 ? `${target.shape}, ρ = ${three(target.truth)}` : "",
      NAMES[one.interval],
      rate(one.coverage),
      rate(one.below),
      rate(one.above),
      `${three(one.width.mean)} ± ${three(one.width.error)}`,
      ...(bounded ? [missedBounds(one).join("; ") || "met"] : []),
    ]),
  );
  const head = ["target", "interval", "coverage %", "truth below %", "truth above %", "mean width"];
  return `### ${capitalised(name)}\n\n${table([...head, ...(bounded ? ["bounds"] : [])], rows)}`;
}

export function pTable(scenarios: readonly ScenarioResult[]): string {
  const nulls = nullTargets(scenarios);
  const rows = nulls.map(({ name, target: { shape, p } }) => [
    `${shape}, ${name}`,
    ...p.shares.map(({ share }) => rate(share)),
    three(p.distance),
    three(p.distanceP),
  ]);
  return table(["target", ...levels(nulls[0]?.target, 4), "distance", "its p"], rows);
}

export function verdictTable({ name, targets }: ScenarioResult): string {
  const rows = targets
    .filter(({ shape }) => shape === "continuous")
    .map(({ rho, verdicts }) => [
      String(rho),
      ...(["entangled", "inverse", "distinct", "undecided"] as const).map((verdict) =>
        rate(verdicts[verdict]),
      ),
    ]);
  return `### ${capitalised(name)}\n\n${table(["true ρ", "entangled %", "inverse %", "distinct %", "undecided %"], rows)}`;
}

export function rejectionTable(clustered: readonly ScenarioResult[]): string {
  const rows = clustered.flatMap(({ name, targets }) =>
    targets.map(({ rho, p }) => [name, String(rho), ...p.shares.slice(0, 3).map(({ share }) => rate(share))]),
  );
  return `### How often p rejects\n\n${table(["scenario", "true ρ", ...levels(clustered[0]?.targets[0], 3)], rows)}`;
}

function levels(target: TargetTally | undefined, count: number): string[] {
  return (target?.p.shares ?? []).slice(0, count).map(({ level }) => `% with p ≤ ${level}`);
}

export function nullTargets(scenarios: readonly ScenarioResult[]): { name: string; target: TargetTally }[] {
  return scenarios.flatMap(({ name, targets }) =>
    targets.filter(({ rho }) => rho === 0).map((target) => ({ name, target })),
  );
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export function rate({ rate: share, error }: Rate): string {
  return `${percent(share)} ± ${percent(error)}`;
}

export function range(shares: readonly number[]): string {
  return `${percent(Math.min(...shares))}–${percent(Math.max(...shares))}`;
}

export function percent(share: number, digits = 1): string {
  return (100 * share).toFixed(digits);
}

export function two(value: number): string {
  return value.toFixed(2);
}

export function three(value: number): string {
  return value.toFixed(3);
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** 10 000, as everywhere in these documents. */
export function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}
