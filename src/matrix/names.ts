/** The widest name accepted for a model, benchmark, class, family or area. */
export const LONGEST_NAME = 512;

/** Why a text cannot be a name, or `null` where it can. PostgreSQL cannot store U+0000 or lone surrogates. */
export function nameFault(text: string): string | null {
  if (text.trim() === "") return "is empty";
  if (text.length > LONGEST_NAME)
    return `has ${text.length} characters, at most ${LONGEST_NAME} are accepted`;
  if (text.includes("\u0000")) return "contains U+0000";
  if (!text.isWellFormed()) return "contains a lone surrogate";
  return null;
}

/** The names of matrices. */
export const MATRIX_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
