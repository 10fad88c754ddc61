/**
 * What can go wrong in the domain, as one closed list: a code without a status does not compile
 * (the codes' HTTP statuses stand in `http/problem.ts`).
 */
export type ErrorCode =
  | "unreadable"
  | "unauthorized"
  | "forbidden"
  | "crossSite"
  | "notFound"
  | "methodNotAllowed"
  | "notAcceptable"
  | "conflict"
  | "stillRunning"
  | "gone"
  | "preconditionFailed"
  | "tooLarge"
  | "unsupportedMediaType"
  | "wrongHost"
  | "invalid"
  | "invalidScores"
  | "mixedUnits"
  | "classRequired"
  | "noCapabilityBenchmarks"
  | "unknownName"
  | "idempotencyKeyReused"
  | "tooCostly"
  | "rateLimited"
  | "timedOut"
  | "unavailable"
  | "internal";

/** Where a problem is: in JSON a pointer (RFC 6901), in text a line and column counted from 1. */
export interface Place {
  /** The part of a multipart post or the file in an archive. */
  readonly part?: string;
  /** The query parameter or header. */
  readonly parameter?: string;
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Problem extends Place {
  readonly message: string;
}

/** A failure that the client can understand. Everything else that is thrown is a fault of ours. */
export class DomainError extends Error {
  override readonly name = "DomainError";

  constructor(
    readonly code: ErrorCode,
    detail: string,
    readonly problems: readonly Problem[] = [],
    /** How many further problems were found beyond those listed. */
    readonly moreProblems = 0,
    /** Seconds after which the same request may succeed. */
    readonly retryAfter?: number,
  ) {
    super(detail);
  }
}

/** Replies stay small whatever was posted: this many problems are located, the rest are counted. */
const MOST_PROBLEMS = 50;
const LONGEST_QUOTE = 80;

/** Gathers every problem of a post, so that a client mends a file in one round. */
export class Problems {
  readonly #listed: Problem[] = [];
  #count = 0;

  add(place: Place, message: string): void {
    this.#count += 1;
    if (this.#listed.length < MOST_PROBLEMS) this.#listed.push({ ...place, message });
  }

  get count(): number {
    return this.#count;
  }

  /** @throws {DomainError} when anything was added. */
  throwIfAny(code: ErrorCode = "invalidScores"): void {
    if (this.#count === 0) return;
    const [first] = this.#listed;
    const more = this.#count > 1 ? ` (and ${this.#count - 1} more)` : "";
    throw new DomainError(code, `${first?.message}${more}`, this.#listed, this.#count - this.#listed.length);
  }
}

/** A stranger's text, quoted for a message: one line, cut at 80 characters, control characters escaped. */
export function quote(text: string): string {
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return JSON.stringify(shown.toWellFormed());
}
