import { sharedFloat64, sharedInt32 } from "../stats/shared-array.js";

/** The values on memory that threads share. */
export function sharedCopy(values: Float64Array): Float64Array {
  const copy = sharedFloat64(values.length);
  copy.set(values);
  return copy;
}

/** Whole numbers likewise. */
export function sharedIntegers(values: readonly number[]): Int32Array {
  const copy = sharedInt32(values.length);
  copy.set(values);
  return copy;
}
