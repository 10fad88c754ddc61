import { DomainError } from "../errors.js";
import type { Failure } from "../store/store.js";

/** What a client can understand of an error, as data; `null` for a fault of ours. */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof DomainError)) return null;
  return { code: error.code, detail: error.message, problems: error.problems };
}

export function errorOf({ code, detail, problems }: Failure): DomainError {
  return new DomainError(code, detail, problems);
}
