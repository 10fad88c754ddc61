import { parse } from "csv-parse/sync";
import { composeMatrix } from "../src/ingest/compose-matrix.js";
import { readPosting } from "../src/ingest/read-posting.js";
import { type Figure, inTurn, wideCsv } from "./figure.js";

/** Reading and composing a posted CSV against csv-parse reading the same bytes. */
export function readingCost(rounds: number): Figure[] {
  return [
    [27, 180],
    [4_500, 60],
  ].map(([models, benchmarks]) => {
    const bytes = Buffer.from(wideCsv(models as number, benchmarks as number));
    const options = { duplicates: "refuse", percent: "refuse", maxCells: 1e7 } as const;
    const read = () =>
      composeMatrix(readPosting({ bytes, mediaType: "text/csv" }, options), null, {
        ...options,
        capability: [],
        safety: [],
      });
    const { ours, peer } = inTurn(rounds, read, () => parse(bytes));
    return {
      what: `read ${models} × ${benchmarks} CSV; peer: csv-parse`,
      ours,
      peer,
      unit: "ms",
      ratio: ours / peer,
      bound: "ratio ≤ 10",
    };
  });
}
