import { isTable } from "./check-sheet.js";
import { parseCsv, type Sheet } from "./parse-csv.js";
import type { Records } from "./posting.js";
import { findTidyColumns, readTidy } from "./read-tidy.js";
import { readWide } from "./read-wide.js";
import type { Reading } from "./reading.js";
import { ScoreCollector } from "./score-collector.js";

/** A CSV table of scores, wide or tidy: `layout` says which, or its headers do. */
export function readCsv(text: string, reading: Reading): Records {
  const sheet = parseCsv(text, reading);
  return isTable(sheet, reading) ? readTable(sheet, reading) : NO_RECORDS;
}

function readTable(sheet: Sheet, reading: Reading): Records {
  const { layout } = reading.options;
  const columns = layout === "wide" ? null : findTidyColumns(sheet);
  if (columns !== null) return readTidy(sheet, columns, reading);
  if (layout !== "tidy") return readWide(sheet, reading);
  reading.problem(sheet.headerPlace(), "layout=tidy needs the columns model, benchmark and score");
  return NO_RECORDS;
}

const NO_RECORDS: Records = {
  description: {},
  models: [],
  benchmarks: [],
  closed: { models: false, benchmarks: false },
  scores: new ScoreCollector().columns(() => ({})),
};
