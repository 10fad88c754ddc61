/** Arrays on shared memory: threads see them without a copy, and write to disjoint regions of them. */
export function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}

export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

/** 0 … length − 1. */
export function sharedRange(length: number): Int32Array {
  const range = sharedInt32(length);
  for (let i = 0; i < length; i++) range[i] = i;
  return range;
}

export function sharedUint8(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}
