import { LANES_WASM } from "./generated/lanes.js";

// Node's types name WebAssembly without its classes; the DOM's, which have them, are not wanted here.
declare global {
  namespace WebAssembly {
    class Memory {
      readonly buffer: ArrayBuffer;
      grow(pages: number): number;
    }
    class Module {
      constructor(bytes: Uint8Array);
    }
    class Instance {
      constructor(module: Module);
      readonly exports: unknown;
    }
  }
}

/** What lanes.as.ts exports; addresses are byte offsets of arrays that an arena gave out. */
interface LaneLoops {
  readonly memory: WebAssembly.Memory;
  spearman(
    columns: number,
    rows: number,
    order: number,
    start: number,
    tied: number,
    hasTies: number,
    pattern: number,
    counts: number,
    score: number,
    sums: number,
    squares: number,
  ): void;
  products(columns: number, m: number, permuted: number, targets: number, sums: number): void;
  standardise(p: number, n: number, values: number, counts: number, sizes: number, z: number): void;
  rank(
    p: number,
    n: number,
    order: number,
    start: number,
    tied: number,
    counts: number,
    sizes: number,
    ranks: number,
  ): void;
  correlate(p: number, n: number, x: number, counts: number, counted: number, norms: number, r: number): void;
  iterate(
    p: number,
    r: number,
    original: number,
    v: number,
    product: number,
    most: number,
    settled: number,
  ): number;
  project(p: number, n: number, x: number, v: number, scores: number): void;
}

const PAGE = 65_536;
/** Where arrays begin; below lies what the compiler may use. */
const BASE = 4_096;
/** A vector's alignment. */
const ALIGNMENT = 16;
/** Memory beyond this is given back when it is no longer used. */
const MOST_KEPT = 64 * 2 ** 20;

let loops: LaneLoops | null = null;
let open = false;

/** Bytes that arrays of these sizes (in bytes) take. */
export function bytesFor(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + aligned(size), 0);
}

/** Runs `use` with an arena of so many bytes. One is open at a time on a thread: the loops have one memory. */
export function withArena<T>(bytes: number, use: (arena: Arena) => T): T {
  if (open) throw new RangeError("an arena is open on this thread already");
  open = true;
  try {
    return use(new Arena(bytes));
  } finally {
    open = false;
    if (loops !== null && loops.memory.buffer.byteLength > MOST_KEPT) loops = null;
  }
}

/** Arrays in the memory of the compiled loops. */
export class Arena {
  readonly loops: LaneLoops;
  #next = BASE;

  constructor(bytes: number) {
    loops ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(LANES_WASM, "base64")))
      .exports as LaneLoops;
    this.loops = loops;
    const missing = BASE + bytes - loops.memory.buffer.byteLength;
    if (missing > 0) loops.memory.grow(Math.ceil(missing / PAGE));
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.loops.memory.buffer, this.#take(8 * length), length).fill(0);
  }

  copy(values: Float64Array): Float64Array {
    const copy = new Float64Array(this.loops.memory.buffer, this.#take(8 * values.length), values.length);
    copy.set(values);
    return copy;
  }

  int32(values: Int32Array): Int32Array {
    const copy = new Int32Array(this.loops.memory.buffer, this.#take(4 * values.length), values.length);
    copy.set(values);
    return copy;
  }

  uint8(values: Uint8Array): Uint8Array {
    const copy = new Uint8Array(this.loops.memory.buffer, this.#take(values.length), values.length);
    copy.set(values);
    return copy;
  }

  #take(bytes: number): number {
    const at = this.#next;
    this.#next += aligned(bytes);
    return at;
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
