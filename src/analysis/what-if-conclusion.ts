import type { Crossing } from "./crossing.js";
import { rounded } from "./rounded.js";
import type { ScenarioOptions } from "./scenario.js";

interface Findings extends Pick<ScenarioOptions, "mode" | "order" | "tax"> {
  readonly class: string;
  readonly benchmark: string;
  readonly n: number;
  readonly rho: number | null;
  readonly target: number | null;
  readonly most: number;
  readonly firstCrossing: Crossing;
  readonly nearest: { readonly models: number; readonly rho: number } | null;
  readonly reason: string | null;
}

/** What a path shows and what it does not, in words that follow from it by rule. */
export function whatIfConclusion(found: Findings, { threshold, to }: ScenarioOptions): string {
  const { benchmark, rho, target, firstCrossing: crossing, nearest, reason, n, most, tax } = found;
  if (rho === null || target === null || nearest === null)
    return `No scenario: ${reason}. It takes a capabilities score, and three models that differ in it and in ${benchmark}.`;
  const cost = tax === 0 ? "" : `, each paying a capability tax of ${tax}`;
  const start = `Over ${n} ${found.class} models the correlation of ${benchmark} with capability is ${rounded(rho, 3)}.`;
  const scenario = `${ACTION[found.mode]} ${WHO[found.order]} with the value ${rounded(target, 3)}${to === "best" ? " (the best observed)" : ""}${cost},`;
  return [start, scenario, crossed(crossing, nearest, { rho, most, threshold }), CAUTION[found.mode]].join(
    " ",
  );
}

function crossed(
  { zero, threshold: side }: Crossing,
  nearest: { models: number; rho: number },
  { rho, most, threshold }: { rho: number; most: number; threshold: number },
): string {
  const sign =
    zero === null
      ? `never takes its sign away; it comes nearest to 0 at ${nearest.models} of ${most} (${rounded(nearest.rho, 3)})`
      : `takes its sign away at ${zero} of ${most}`;
  const low = Math.abs(rho) < threshold;
  const threshed =
    side === null
      ? `|ρ| stays ${low ? "below" : "at or above"} ${threshold}`
      : `|ρ| is first ${low ? "at or above" : "below"} ${threshold} at ${side}`;
  return `${sign}, and ${threshed}.`;
}

const ACTION = {
  replace: "Replacing",
  add: "Adding treated copies of",
} as const;
const WHO = {
  mostCapable: "the most capable models, one by one,",
  leastCapable: "the least capable models, one by one,",
  random: "models in random order (the mean over orders),",
  named: "the named models, in their order,",
} as const;
const CAUTION = {
  replace:
    "Giving models of one end one value moves a rank correlation mechanically: this shows that a flip is possible, not that it is likely, nor that any known intervention reaches that value at that cost.",
  add: "Adding models with one value moves a rank correlation mechanically: this shows what the arithmetic allows, not what is likely, nor that any known intervention reaches that value at that cost.",
} as const;
