import { standardDeviation } from "../stats/standard-deviation.js";

/** A spread of fewer models says nothing. */
const LEAST_IN_A_THIRD = 3;

export interface SpreadRatio {
  readonly ratio: number | null;
  readonly reason: "tooFewDates" | "noSpread" | null;
}

/**
 * The standard deviation (ddof 1) of the newest third of dated models over that of the oldest: below 1 where newer models
 * crowd. A date is never split, so that a third may be larger; where the two would overlap, or have fewer than three models, `null`.
 *
 * @param dates `YYYY-MM-DD`, one a value.
 */
export function spreadRatio(dates: readonly (string | null)[], values: Float64Array): SpreadRatio {
  const dated = [...values.keys()]
    .flatMap((i) => (dates[i] == null ? [] : [{ date: dates[i] as string, value: values[i] as number }]))
    .sort((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date)));
  const third = Math.ceil(dated.length / 3);
  if (third < LEAST_IN_A_THIRD) return { ratio: null, reason: "tooFewDates" };
  const [until, since] = [dated[third - 1]?.date as string, dated.at(-third)?.date as string];
  if (until >= since) return { ratio: null, reason: "tooFewDates" };
  const oldest = standardDeviation(
    dated.filter(({ date }) => date <= until).map(({ value }) => value),
    1,
  );
  const newest = standardDeviation(
    dated.filter(({ date }) => date >= since).map(({ value }) => value),
    1,
  );
  const ratio = newest / oldest;
  return oldest > 0 && Number.isFinite(ratio) ? { ratio, reason: null } : { ratio: null, reason: "noSpread" };
}
