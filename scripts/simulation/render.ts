import {
  LEAST_COVERAGE,
  LEAST_UNIFORMITY_P,
  MOST_COVERAGE,
  MOST_FALSE,
  MOST_MISSED_ON_A_SIDE,
  missedBounds,
  missedVerdictBounds,
  mostFalse,
} from "./bounds.js";
import type { ScenarioResult, Study } from "./study.js";
import {
  capitalised,
  coverageTable,
  NAMES,
  nullTargets,
  percent,
  pTable,
  range,
  rate,
  rejectionTable,
  table,
  three,
  two,
  verdictTable,
  whole,
} from "./tables.js";
import type { IntervalTally, TargetTally } from "./tally.js";
import type { IntervalName } from "./trial.js";

/** docs/evidence/coverage.json. */
export interface Evidence extends Study {
  readonly ran: {
    readonly seconds: number;
    readonly cpu: string;
    readonly threads: number;
    readonly node: string;
  };
}

const THRESHOLD = 0.4;

/** docs/evidence/coverage.md: every figure from coverage.json, and every sentence that says how it came out. */
export function render(evidence: Evidence): string {
  const independent = evidence.scenarios.filter(({ familyShare }) => familyShare === 0);
  const clustered = evidence.scenarios.filter(({ familyShare }) => familyShare > 0);
  return `${[
    "# Do intervals mean what they say?",
    "Written by `npm run coverage` from [coverage.json](coverage.json); no figure here is typed by hand.",
    simulated(evidence),
    "## The bounds, and whether they are met",
    bounds(independent),
    "## 1. Coverage at 95 %, independent models",
    "± is one Monte Carlo standard error. *Truth below* (*above*): the share of matrices whose interval lies wholly above (below) the truth; 2.5 % each is nominal.",
    ...independent.map(coverageTable),
    "## 2. Is p uniform where nothing is there?",
    "ρ = 0. The shares should be the levels; the distance is that of Kolmogorov and Smirnov from the uniform distribution.",
    pTable(independent),
    "## 3. Verdicts at τ = 0.4",
    ...independent.map(verdictTable),
    "## 4. Models that resemble each other by family",
    familyMeaning(clustered),
    ...clustered.map(coverageTable),
    rejectionTable(clustered),
    "## Where the method is weak",
    weaknesses(independent, clustered),
  ].join("\n\n")}\n`;
}

function simulated({
  ran,
  matrices,
  methodVersion,
  population,
  populationModels,
  scenarios,
}: Evidence): string {
  const { loadings, explainedVariance } = population;
  const [low, high] = [Math.min(...loadings), Math.max(...loadings)];
  const untied = scenarios.flatMap(({ targets }) => targets.filter(({ shape }) => !shape.startsWith("ties")));
  const furthest = Math.max(...untied.map(({ rho, populationRho }) => Math.abs(rho - populationRho)));
  const resamples = scenarios.map(({ name, resamples: count }) => `${whole(count)} (${name})`).join(", ");
  return [
    `Each scenario is ${whole(matrices)} simulated score matrices, each answered by the service's own code (\`/correlations\`, default options but for seed and resamples; method version ${methodVersion}). ${loadings.length} capability benchmarks share one normal factor, with the loadings of the bundled chat models (${two(low)} to ${two(high)}; λ1 is ${two(explainedVariance)} of the population's R). A target is r·score + normal noise, where the score is the *population's* first component and r = 2 sin(πρ/6), so that ρ is the Spearman correlation that an unlimited number of models would show. Over ${whole(populationModels)} models the coefficient of every unrounded target came within ${furthest.toFixed(4)} of its ρ.`,
    "*Ties*: the target rounded to 1/20, its standard deviation being 0.15; the truth is then the coefficient of the large simulation. *Missing*: each score is absent with probability 0.1. Targets of one matrix share its models, so rows of one table are not independent of each other.",
    `Resamples (and permutations) of each answer: ${resamples}. Everything is seeded: matrix k of a scenario comes from stream k of the scenario's seed, and its answer has seed k. The run took ${ran.seconds} s on ${ran.threads} threads (${ran.cpu}, Node ${ran.node}).`,
  ].join("\n\n");
}

function bounds(independent: readonly ScenarioResult[]): string {
  const rows = (["percentile", "bca", "bonettWright"] as const).map((name) => {
    const all = independent.flatMap(({ targets }) => targets.map((target) => intervalOf(target, name)));
    const missed = all.filter((one) => missedBounds(one).length > 0);
    const coverage = all.map((one) => one.coverage.rate);
    const worst = Math.max(...all.flatMap(({ below, above }) => [below.rate, above.rate]));
    return [
      `${NAMES[name]}: covers ${percent(LEAST_COVERAGE)}–${percent(MOST_COVERAGE)} %, misses at most ${percent(MOST_MISSED_ON_A_SIDE)} % on a side`,
      `${percent(Math.min(...coverage))}–${percent(Math.max(...coverage))} %, at most ${percent(worst)} %`,
      missed.length === 0 ? "met" : `**not met** for ${missed.length} of ${all.length} targets`,
    ];
  });
  const nulls = nullTargets(independent);
  const least = Math.min(...nulls.map(({ target }) => target.p.distanceP));
  const border = borderTargets(independent);
  const most = Math.max(
    ...border.flatMap(({ verdicts }) => [verdicts.entangled.rate, verdicts.distinct.rate]),
  );
  const limit = mostFalse(border[0]?.verdicts.distinct.of as number);
  const falseAtBorder = border.every((target) => missedVerdictBounds(target).length === 0);
  return table(
    ["bound, fixed beforehand", "found", ""],
    [
      ...rows,
      [
        `p uniform under the null: Kolmogorov–Smirnov p at least ${LEAST_UNIFORMITY_P} for each target`,
        `least ${two(least)} of ${nulls.length}`,
        least >= LEAST_UNIFORMITY_P ? "met" : "**not met**",
      ],
      [
        `at ρ = τ, \`entangled\` and \`distinct\` (both false) in at most ${percent(MOST_FALSE)} % each; with two standard errors ${percent(limit)} %`,
        `at most ${percent(most)} %`,
        falseAtBorder ? (most > MOST_FALSE ? "met, within the error" : "met") : "**not met**",
      ],
    ],
  );
}

function familyMeaning(clustered: readonly ScenarioResult[]): string {
  const targets = clustered.flatMap((scenario) => scenario.targets);
  const [own, family] = (["percentile", "clusterPercentile"] as const).map((name) =>
    targets.map((target) => intervalOf(target, name).coverage.rate),
  ) as [number[], number[]];
  const rejected = nullTargets(clustered).map(({ target }) => target.p.shares[1]?.share.rate as number);
  const shares = clustered.map(({ familyShare }) => `${percent(familyShare, 0)} %`).join(" or ");
  const nearer = family.filter(
    (rate, k) => Math.abs(rate - 0.95) < Math.abs((own[k] as number) - 0.95),
  ).length;
  const { familySizes } = clustered[0] as ScenarioResult;
  const few = `${familySizes.length} families are few to draw from`;
  return [
    `The family sizes are those of the bundled chat models (${familySizes.join(", ")}). Models of one family have ${shares} of the variance of the capability factor, and of the targets' noise, in common; no bound was set here.`,
    `What it means: the default interval, meant to cover 95 %, covers ${range(own)} %, and a benchmark that has nothing to do with capability gets p ≤ 0.05 in ${range(rejected)} % of such sets instead of 5 %. Drawing whole families instead covers ${range(family)} %, nearer to 95 % in ${nearer} of the ${own.length} cases: ${few}${family.every((rate) => rate < 0.95) ? ", and that interval is too narrow as well" : ""}.`,
  ].join("\n\n");
}

function weaknesses(independent: readonly ScenarioResult[], clustered: readonly ScenarioResult[]): string {
  const missed = independent.flatMap(({ name, targets }) =>
    targets.flatMap((target) =>
      target.intervals.flatMap((one) => {
        const found = missedBounds(one);
        return found.length === 0
          ? []
          : [
              `- ${name}, ${target.shape}, ρ = ${three(target.truth)}: ${NAMES[one.interval]} ${found.join(" and ")} (${rate(one.coverage)} % coverage; truth below ${rate(one.below)} %, above ${rate(one.above)} %).`,
            ];
      }),
    ),
  );
  const decided = independent.map(({ name, targets }) => {
    const at = (rho: number) => targets.find((t) => t.shape === "continuous" && t.rho === rho) as TargetTally;
    return `- ${capitalised(name)}: a benchmark of true ρ 0 is \`distinct\` in ${rate(at(0).verdicts.distinct)} % of sets and one of 0.2 in ${rate(at(0.2).verdicts.distinct)} %; one of 0.6 is \`entangled\` in ${rate(at(0.6).verdicts.entangled)} % and one of 0.8 in ${rate(at(0.8).verdicts.entangled)} %. Most of the rest is \`undecided\`.`;
  });
  const shift = independent[0]?.targets.map(({ meanRho, truth }) => meanRho - truth) as number[];
  const furthest = shift.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
  const [own, family] = (["percentile", "clusterPercentile"] as const).map((name) =>
    Math.min(...clustered.flatMap((s) => s.targets.map((target) => intervalOf(target, name).coverage.rate))),
  ) as [number, number];
  return [
    ...(missed.length === 0 ? ["- No interval missed a bound on independent models."] : missed),
    ...decided,
    `- The sample coefficient is not the population's: over ${independent[0]?.name} its mean lies up to ${three(Math.abs(furthest))} ${furthest < 0 ? "below" : "above"} the truth.`,
    `- Models that share a family are not independent: in section 4 the default interval covers as little as ${percent(own)} %, and with whole families drawn ${percent(family)} %.`,
    "- The simulation is normal, with one factor and no outliers. Real benchmarks can saturate, bend and share more than one factor; this says nothing about those.",
  ].join("\n");
}

/** Those whose ρ is τ itself: rounding would move it. */
function borderTargets(scenarios: readonly ScenarioResult[]): TargetTally[] {
  return scenarios.flatMap(({ targets }) =>
    targets.filter(({ rho, shape }) => rho === THRESHOLD && shape === "continuous"),
  );
}

function intervalOf({ intervals }: TargetTally, name: IntervalName): IntervalTally {
  return intervals.find(({ interval }) => interval === name) as IntervalTally;
}
