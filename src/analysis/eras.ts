import * as z from "zod";
import { KINDS, type Model } from "../matrix/score-matrix.js";
import { correlationInterval } from "../stats/correlation-interval.js";
import { quantiles } from "../stats/distribution.js";
import { interval, nullableNumber } from "./answer.js";
import { correlatePairs } from "./correlate.js";
import { benchmarkFields } from "./correlation-row.js";
import { dayOf } from "./covariates.js";
import type { Fit } from "./fit.js";
import { scoring } from "./measure.js";
import type { ComputeOptions } from "./options.js";
import { Pairing } from "./pairs.js";

/** A window holds a third of the dated models, and at least so many. */
const LEAST_IN_WINDOW = 8;
/** Correlations that all windows together may take; with more, windows are thinned evenly. */
const MOST_CORRELATIONS = 100_000;
const MOST_WINDOWS = 100;

const era = z
  .object({
    from: z.string().nullable().meta({ description: "First release date in it" }),
    to: z.string().nullable().meta({ description: "Last release date in it" }),
    n: z.number().int(),
    rho: nullableNumber,
    interval: interval.nullable().meta({ description: "Bonett–Wright" }),
    reason: z.string().nullable(),
  })
  .meta({ id: "Era" });

export const eraRow = z
  .object({
    benchmark: z.string(),
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    area: z.string().nullable(),
    windows: z.array(era).meta({
      description:
        "Overlapping windows of max(8, ⌈n/3⌉) of the n dated models, starting at each release date; a date is never split, so there is no p",
    }),
    earlier: era.meta({ description: "Models released before the median date" }),
    later: era.meta({ description: "Models released on the median date or after it" }),
  })
  .meta({ id: "EraRow" });
export type EraRow = z.infer<typeof eraRow>;

interface Span {
  readonly from: string | null;
  readonly to: string | null;
  /** One score a model of the slice, NaN outside the span. */
  readonly score: Pairing;
}

/** Was it always so? The correlation among models that came out at about the same time, window by window; one row a benchmark. */
export function eras(fit: Fit, { measure, level }: ComputeOptions): EraRow[] {
  const { values, reason } = scoring(fit, measure);
  const { windows, earlier, later } = spansOf(fit, values);
  const among = ({ from, to, score }: Span, column: number) => {
    const pairs = score.with(fit.slice.columns[column] as Float64Array);
    const found = correlatePairs(pairs, reason, "spearman");
    const bounds = found.rho === null ? null : correlationInterval(found.rho, found.n, level, "spearman");
    return {
      from,
      to,
      ...found,
      interval: bounds === null ? null : { ...bounds, level, method: "bonettWright" },
    };
  };
  return fit.slice.benchmarks.map((benchmark, j) => ({
    ...benchmarkFields(benchmark, fit.capabilities.includes(j)),
    windows: windows.map((window) => among(window, j)),
    earlier: among(earlier, j),
    later: among(later, j),
  }));
}

function spansOf({ slice }: Fit, score: Float64Array) {
  const days = slice.models.map(({ releasedOn }: Model, i) =>
    releasedOn === null || Number.isNaN(score[i]) ? null : dayOf(releasedOn),
  );
  const dated = days.filter((day) => day !== null).sort((a, b) => a - b);
  const span = (holds: (day: number) => boolean): Span => {
    const inside = dated.filter(holds);
    const [first, last] = [inside[0], inside.at(-1)];
    const own = score.map((value, i) => {
      const day = days[i] ?? null;
      return day !== null && holds(day) ? value : Number.NaN;
    });
    return { from: dateOf(first), to: dateOf(last), score: new Pairing(own) };
  };
  const median = dated.length === 0 ? 0 : (quantiles(Float64Array.from(dated), [0.5])[0] as number);
  return {
    windows: boundsOf(dated, slice.benchmarks.length).map(([from, to]) =>
      span((day) => day >= from && day <= to),
    ),
    earlier: span((day) => day < median),
    later: span((day) => day >= median),
  };
}

/** First and last day of each window; a start with too few models after it has none. */
function boundsOf(dated: readonly number[], benchmarks: number): (readonly [number, number])[] {
  const size = Math.max(LEAST_IN_WINDOW, Math.ceil(dated.length / 3));
  const all = dated.flatMap((day, i) => {
    const last = dated[i + size - 1];
    return dated[i - 1] === day || last === undefined ? [] : [[day, last] as const];
  });
  const most = Math.max(1, Math.min(MOST_WINDOWS, Math.floor(MOST_CORRELATIONS / Math.max(1, benchmarks))));
  const step = Math.ceil(all.length / most);
  return all.filter((_, k) => k % Math.max(1, step) === 0);
}

function dateOf(day: number | undefined): string | null {
  return day === undefined ? null : new Date(day * 86_400_000).toISOString().slice(0, 10);
}
