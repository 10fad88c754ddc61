import { createHash } from "node:crypto";
import type { ScoreMatrix } from "./score-matrix.js";

/** Bump when the bytes below change: digests made before then name other bytes. */
const DIGEST_VERSION = "decorrelate/matrix/1";

/**
 * SHA-256 of everything that a statistic or an answer's row reads: models and benchmarks with their
 * metadata in the order given (ties are broken by it), scores, and standard errors. Title, description and source are not covered.
 * Two matrices with one digest have the same answers to every question.
 */
export function digestOf(matrix: ScoreMatrix): string {
  const hash = createHash("sha256").update(DIGEST_VERSION);
  const head = JSON.stringify([matrix.models.map(modelFields), matrix.benchmarks.map(benchmarkFields)]);
  hash.update(`\n${Buffer.byteLength(head)}\n`).update(head);
  hash.update(packFloat64(matrix.scores));
  if (matrix.standardErrors !== null) hash.update("\nse\n").update(packFloat64(matrix.standardErrors));
  return `sha256-${hash.digest("hex")}`;
}

/** The same set of models has the same hash whatever their order; every answer names the set it rests on. */
export function modelSetHash(models: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify([...models].sort()));
  return `sha256-${hash.digest("hex").slice(0, 32)}`;
}

/** Little-endian IEEE 754 doubles, every NaN as the same bits, so that equal values are equal bytes. */
export function packFloat64(values: Float64Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat64(index * 8, Number.isNaN(value) ? Number.NaN : value, true);
  });
  return bytes;
}

/**
 * Onto memory that threads share, so that a matrix read from the store is nowhere copied again.
 * @throws {RangeError} where the length is not a whole number of doubles.
 */
export function unpackFloat64(bytes: Uint8Array): Float64Array {
  if (bytes.byteLength % 8 !== 0) throw new RangeError(`${bytes.byteLength} bytes are not whole doubles`);
  const values = new Float64Array(new SharedArrayBuffer(bytes.byteLength));
  if (LITTLE_ENDIAN) {
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i += 1) values[i] = view.getFloat64(i * 8, true);
  return values;
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function modelFields(m: ScoreMatrix["models"][number]): unknown[] {
  const interventions = m.interventions?.map((i) => [i.method, i.dose]) ?? null;
  return [
    m.model,
    m.name,
    m.class,
    m.family,
    m.parameters,
    m.trainingTokens,
    m.trainingFlop,
    m.releasedOn,
    m.parent,
    interventions,
  ];
}

function benchmarkFields(b: ScoreMatrix["benchmarks"][number]): unknown[] {
  return [b.benchmark, b.name, b.kind, b.area, b.metric, b.direction, b.chance, b.min, b.max, b.items];
}
