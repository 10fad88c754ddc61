import { DomainError } from "../errors.js";
import type { RevisionSummary } from "./store.js";

/** The strong entity tag of a revision. It names the number too, since content may return under a new one. */
export function entityTag({ digest, revision }: Pick<RevisionSummary, "digest" | "revision">): string {
  return `"${digest}-r${revision}"`;
}

/**
 * `If-Match` (RFC 9110 §13.1.1): strong comparison, so that a weak tag never matches.
 * @throws {DomainError} `preconditionFailed`
 */
export function requireMatch(ifMatch: readonly string[] | null, latest: RevisionSummary | null): void {
  if (ifMatch === null) return;
  const matches = latest !== null && (ifMatch.includes("*") || ifMatch.includes(entityTag(latest)));
  if (matches) return;
  const state = latest === null ? "there is no such matrix" : `the latest revision is ${entityTag(latest)}`;
  throw new DomainError("preconditionFailed", `If-Match names another state: ${state}.`);
}
