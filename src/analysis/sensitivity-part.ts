import { GreedyRemoval } from "../stats/greedy-removal.js";
import { normalPairs } from "../stats/normal-pairs.js";
import { RandomStream } from "../stats/philox.js";
import { RandomSets } from "../stats/random-sets.js";
import { RefittedRemoval } from "../stats/refitted-removal.js";
import {
  type CorrelatedSample,
  type RemovalExtremes,
  removalExtremes,
  removalRanges,
} from "../stats/removal-extremes.js";
import { shrinkingSample } from "../stats/shrinking-sample.js";
import { sortedColumns } from "../stats/sorted-columns.js";
import type { Direction, Refits, Search, SensitivityPlan, Task } from "./sensitivity-plan.js";

/** Does one part of a plan, on whichever thread. */
export function sensitivityPart(plan: SensitivityPlan, part: number): void {
  const task = plan.tasks[part] as Task;
  if (task.kind === "exact") {
    const { dropped } = plan.searches[task.search] as Search;
    keep(plan, task.slot, removalExtremes(plan, dropped, task.from, task.to));
  } else if (task.kind === "refitted") {
    const { dropped } = plan.searches[task.search] as Search;
    keep(plan, task.slot, refitted(plan).extremes(dropped, task.from, task.to));
  } else if (task.kind === "greedy") searchGreedily(plan, task.direction);
  else if (task.kind === "refittedGreedy") {
    searchRefitted(plan, plan.searches[task.search] as Search, task.direction);
  } else if (task.kind === "path") walkPath(plan, task.direction);
  else if (task.kind === "band") bandSamples(plan, task.from, task.to);
  else if (task.kind === "sets") randomSets(plan, task.from, task.to);
  else {
    const { deletions, rho } = plan.refits as Refits;
    rho.set(refitted(plan).without(deletions.slice(task.from, task.to)), task.from);
  }
}

function refitted({ refits }: SensitivityPlan): RefittedRemoval {
  const { design, droppable } = refits as Refits;
  return new RefittedRemoval(design, droppable);
}

function keep(plan: SensitivityPlan, slot: number, extremes: RemovalExtremes): void {
  const { low, high, nearest, undefinedSubsets, lowRows, highRows } = extremes;
  plan.found.set([low, high, nearest, undefinedSubsets], 4 * slot);
  plan.rows.set(lowRows, 2 * slot * plan.width);
  plan.rows.set(highRows, (2 * slot + 1) * plan.width);
}

/** One end of bounds that were searched for; the other end is another part's. */
function keepEnd(plan: SensitivityPlan, slot: number, direction: Direction, rho: number, rows: Int32Array) {
  const end = direction < 0 ? 0 : 1;
  plan.found[4 * slot + end] = rho;
  plan.rows.set(rows, (2 * slot + end) * plan.width);
}

/** Every number of models dropped goes on from the one before it; those with exact bounds are passed. */
function searchGreedily(plan: SensitivityPlan, direction: Direction): void {
  const greedy = new GreedyRemoval(shrinkingSample(plan.x, plan.y, plan.method), direction);
  for (const { exact, first } of plan.searches) {
    const { rho, rows } = greedy.step(true);
    if (!exact) keepEnd(plan, first, direction, rho, rows);
  }
}

function searchRefitted(plan: SensitivityPlan, { dropped, first }: Search, direction: Direction): void {
  const greedy = new GreedyRemoval(shrinkingSample(plan.x, plan.y, plan.method), direction);
  let step = greedy.step(true);
  for (let k = 2; k <= dropped; k++) step = greedy.step(true);
  const sample = shrinkingSample(plan.x, plan.y, plan.method);
  const { fitsASearch } = plan.refits as Refits;
  const { rho, rows } = refitted(plan).improved(step.rows, sample, direction, fitsASearch);
  keepEnd(plan, first, direction, rho, rows);
}

function walkPath(plan: SensitivityPlan, direction: Direction): void {
  const steps = plan.path.length / 2;
  const greedy = new GreedyRemoval(shrinkingSample(plan.x, plan.y, plan.method), direction);
  for (let k = 0; k < steps; k++) plan.path[(direction < 0 ? 0 : steps) + k] = greedy.step(false).rho;
}

/** Bounds of normal samples of the same size and correlation, found as those of the models were. */
function bandSamples(plan: SensitivityPlan, from: number, to: number): void {
  const { x, rho, method, seed, bandDrops, band } = plan;
  const stream = new RandomStream(seed, "referenceBand");
  const exact = bandDrops.filter((drop) => drop.exact).map(({ dropped }) => dropped);
  for (let b = from; b < to; b++) {
    const sample = { ...normalPairs(stream.at(b), x.length, rho, method), method };
    const ranges = removalRanges(sample, exact);
    const found = exact.length < bandDrops.length ? greedyRanges(sample, bandDrops.length) : [];
    bandDrops.forEach(({ dropped, exact: isExact }, at) => {
      const { low, high } = (isExact ? ranges[exact.indexOf(dropped)] : found[at]) as Ends;
      band.set([low, high], 2 * (b * bandDrops.length + at));
    });
  }
}

interface Ends {
  readonly low: number;
  readonly high: number;
}

function greedyRanges({ x, y, method }: CorrelatedSample, most: number): Ends[] {
  const down = new GreedyRemoval(shrinkingSample(x, y, method), -1);
  const up = new GreedyRemoval(shrinkingSample(x, y, method), 1);
  return Array.from({ length: most }, () => ({ low: down.step(true).rho, high: up.step(true).rho }));
}

function randomSets(plan: SensitivityPlan, from: number, to: number): void {
  const { x, y, method, setSize, seed, sets } = plan;
  const random = new RandomSets(x, sortedColumns([y], x.length), method, setSize);
  random.run(new RandomStream(seed, "modelSets"), from, to, sets);
}
