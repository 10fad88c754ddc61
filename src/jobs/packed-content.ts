import type { Content } from "../analysis/ask.js";
import type { Benchmark, Model, ScoreMatrix } from "../matrix/score-matrix.js";

/** A revision's content on memory that threads share: handing it over costs the event loop nothing. */
export interface PackedContent {
  readonly digest: string;
  /** JSON of models and benchmarks. Cloning ten thousand objects for each step would hold up the loop. */
  readonly names: Uint8Array;
  readonly scores: Float64Array;
  readonly standardErrors: Float64Array | null;
}

/** For as long as the store keeps the matrix itself. */
const PACKED = new WeakMap<ScoreMatrix, PackedContent>();

export function packed(digest: string, matrix: ScoreMatrix): PackedContent {
  const known = PACKED.get(matrix) ?? pack(digest, matrix);
  PACKED.set(matrix, known);
  return known;
}

export function unpacked({ digest, names, scores, standardErrors }: PackedContent): Content {
  const text = new TextDecoder().decode(Uint8Array.from(names));
  const { models, benchmarks } = JSON.parse(text) as { models: Model[]; benchmarks: Benchmark[] };
  const description = { title: null, description: null, source: null };
  return { digest, matrix: { description, models, benchmarks, scores, standardErrors } };
}

function pack(digest: string, { models, benchmarks, scores, standardErrors }: ScoreMatrix): PackedContent {
  const text = new TextEncoder().encode(JSON.stringify({ models, benchmarks }));
  const names = new Uint8Array(new SharedArrayBuffer(text.byteLength));
  names.set(text);
  return {
    digest,
    names,
    scores: shared(scores),
    standardErrors: standardErrors === null ? null : shared(standardErrors),
  };
}

/** What was read from the store lies there already; what was just posted does not. */
function shared(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
