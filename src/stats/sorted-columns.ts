import { sharedFloat64, sharedInt32, sharedUint8 } from "./shared-array.js";

/**
 * Columns of n values, sorted once, so that no resample sorts them again: what a resample changes is how often each row
 * stands in it. NaN is a missing value. Columns that miss the same rows share a pattern, and the score's ranks among its rows.
 */
export interface SortedColumns {
  /** n and the number of columns. */
  readonly rows: number;
  readonly columns: number;
  /** Row numbers in ascending order of value, missing ones left out; column c lies at start[c] … start[c + 1]. */
  readonly order: Int32Array;
  readonly start: Int32Array;
  /** As `order`: 1 where the next row of the column has the same value. */
  readonly tied: Uint8Array;
  /** One a column: whether any value occurs twice. */
  readonly hasTies: Uint8Array;
  /** One a column: the number of its pattern. */
  readonly pattern: Int32Array;
  readonly patterns: number;
  /** Patterns × n: whether the pattern has the row. */
  readonly present: Uint8Array;
  /** Columns × n; shifted and scaled (no statistic here depends on either), 0 where missing. Empty where only ranks are wanted. */
  readonly values: Float64Array;
}

/** @param columns each of n values; a value is finite, or NaN where it is missing. */
export function sortedColumns(
  columns: readonly Float64Array[],
  rows: number,
  wanted: "ranks" | "values" = "values",
): SortedColumns {
  const orders = columns.map((column) => ascending(column));
  const start = sharedInt32(columns.length + 1);
  orders.forEach((order, c) => {
    start[c + 1] = (start[c] as number) + order.length;
  });
  const size = start[columns.length] as number;
  const sorted = { order: sharedInt32(size), tied: sharedUint8(size), hasTies: sharedUint8(columns.length) };
  const values = sharedFloat64(wanted === "values" ? columns.length * rows : 0);
  columns.forEach((column, c) => {
    const order = orders[c] as Int32Array;
    const from = start[c] as number;
    sorted.order.set(order, from);
    for (let k = 0; k + 1 < order.length; k++) {
      if (column[order[k] as number] !== column[order[k + 1] as number]) continue;
      sorted.tied[from + k] = 1;
      sorted.hasTies[c] = 1;
    }
    if (wanted === "values") values.set(centred(column, order), c * rows);
  });
  return { rows, columns: columns.length, start, values, ...sorted, ...patternsOf(columns, rows) };
}

function ascending(column: Float64Array): Int32Array {
  const present = Int32Array.from(column.keys()).filter((i) => !Number.isNaN(column[i]));
  return present.sort((a, b) => (column[a] as number) - (column[b] as number) || a - b);
}

/** Less the middle value and over the largest distance from it: an offset of 1e15 costs no digits of a variance. */
function centred(column: Float64Array, order: Int32Array): Float64Array {
  const half = 0.5;
  const at = (k: number) => (column[order[k] as number] ?? 0) * half;
  const middle = at(order.length >> 1);
  const reach = Math.max(Math.abs(at(0) - middle), Math.abs(at(order.length - 1) - middle)) || 1;
  return column.map((x) => (Number.isNaN(x) ? 0 : (x * half - middle) / reach));
}

function patternsOf(columns: readonly Float64Array[], rows: number) {
  const numbers = new Map<string, number>();
  const pattern = sharedInt32(columns.length);
  columns.forEach((column, c) => {
    const key = column.reduce((text, x) => text + (Number.isNaN(x) ? "0" : "1"), "");
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    pattern[c] = numbers.get(key) as number;
  });
  const present = sharedUint8(numbers.size * rows);
  for (const [key, number] of numbers) {
    for (let i = 0; i < rows; i++) present[number * rows + i] = key.charCodeAt(i) - 48;
  }
  return { pattern, patterns: numbers.size, present };
}
