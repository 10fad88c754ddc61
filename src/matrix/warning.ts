import type { Place } from "../errors.js";

/**
 * Something that was repaired, assumed or set aside: the reply names it, the revision keeps it.
 * One warning a code and cause, not one a cell: `names` lists the first few, `count` says how many.
 */
export interface Warning extends Place {
  readonly code: string;
  readonly message: string;
  readonly names?: readonly string[];
  readonly count?: number;
}
