import { DomainError, quote } from "../errors.js";

/** For how long a removed matrix can be restored. */
const RESTORABLE_DAYS = 30;
const DAY = 86_400_000;

/** `gone` can be restored; `absent` cannot, whether or not its revisions are still on disk. */
export type Life = "living" | "gone" | "absent";

export function restorableUntil(deletedAt: Date): Date {
  return new Date(deletedAt.getTime() + RESTORABLE_DAYS * DAY);
}

/** Removed at or before this, a matrix is out of reach at `now`. */
export function oldestRestorable(now: Date): Date {
  return new Date(now.getTime() - RESTORABLE_DAYS * DAY);
}

export function lifeOf(deletedAt: Date | null, now: Date): Life {
  if (deletedAt === null) return "living";
  return restorableUntil(deletedAt) > now ? "gone" : "absent";
}

export function noSuchMatrix(name: string): DomainError {
  return new DomainError("notFound", `There is no matrix ${quote(name)}.`);
}

export function removedMatrix(name: string, deletedAt: Date): DomainError {
  const until = restorableUntil(deletedAt).toISOString();
  return new DomainError("gone", `The matrix ${quote(name)} was removed; it can be restored until ${until}.`);
}
