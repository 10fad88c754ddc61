import { Transform, type TransformCallback } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { FastifyInstance, FastifyRequest, RequestPayload } from "fastify";
import { DomainError } from "../errors.js";
import { parseJson } from "../ingest/parse-json.js";
import { pointerTo } from "../ingest/pointer.js";

const DECOMPRESS = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** A body that grows by more than this, past the first megabytes, is a bomb; tables of scores grow 3 to 40 times. */
const MOST_GROWTH = 200;
const GROWTH_COUNTS_FROM = 8 * 2 ** 20;
/** Compressed bytes that may have been counted before what they grow into. */
const READ_AHEAD = 16 * 2 ** 10;

/** Reads compressed bodies, and JSON as UTF-8 with every key once and at most 64 levels deep. */
export function readBodies(app: FastifyInstance, limits: { readonly json: number }): void {
  app.addHook("preParsing", async (request, _reply, payload) => decompressed(request, payload));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer", bodyLimit: limits.json },
    async (_request: FastifyRequest, body: Buffer) => withoutPrototypeKeys(parseJson(body), []),
  );
}

/** A schema's copy of an object would silently lose this key. @throws {DomainError} `invalid` at its pointer. */
function withoutPrototypeKeys(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Object.hasOwn(value, "__proto__")) {
    const message = "__proto__ is not accepted as a key";
    throw new DomainError("invalid", message, [{ pointer: pointerTo([...path, "__proto__"]), message }]);
  }
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === "object") withoutPrototypeKeys(inner, [...path, key]);
  }
  return value;
}

function decompressed(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase();
  if (encoding === undefined || encoding === "identity") return payload;
  if (!Object.hasOwn(DECOMPRESS, encoding)) {
    throw new DomainError(
      "unsupportedMediaType",
      `content-encoding: ${Object.keys(DECOMPRESS).join(", ")} are accepted`,
    );
  }
  delete request.headers["content-length"];
  const compressed = new Count();
  const guard = new GrowthGuard(compressed);
  const inflate = DECOMPRESS[encoding as keyof typeof DECOMPRESS]();
  const fail = (error: Error) =>
    guard.destroy(
      error instanceof DomainError
        ? error
        : new DomainError("unreadable", `the body is not valid ${encoding}`),
    );
  // When the reply is out nobody listens to the body any more; a late failure must not end the process.
  guard.on("error", () => {});
  payload.on("error", fail);
  inflate.on("error", fail);
  // A refused bomb must not go on inflating behind the reply.
  guard.on("close", () => {
    payload.unpipe();
    inflate.destroy();
    compressed.destroy();
    payload.resume();
  });
  payload.pipe(compressed).pipe(inflate).pipe(guard);
  return guard;
}

class Count extends Transform {
  bytes = 0;
  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    done(null, chunk);
  }
}

class GrowthGuard extends Transform {
  #grown = 0;
  constructor(readonly compressed: Count) {
    super();
  }
  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#grown += chunk.length;
    const tooMuch = this.#grown > GROWTH_COUNTS_FROM && this.#grown > MOST_GROWTH * this.compressed.bytes;
    if (this.#grown > GROWTH_COUNTS_FROM && !tooMuch) {
      // Counted anew every few megabytes: noise at the front must not pay for what follows.
      this.#grown = 0;
      this.compressed.bytes = Math.min(this.compressed.bytes, READ_AHEAD);
    }
    if (tooMuch)
      done(new DomainError("tooLarge", `the body grows more than ${MOST_GROWTH} times when decompressed`));
    else done(null, chunk);
  }
}
