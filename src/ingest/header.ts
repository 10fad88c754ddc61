import { MODEL_HEADERS, UNITS } from "./metadata-headers.js";
import { SET_ASIDE_ENDINGS, SET_ASIDE_HEADERS } from "./set-aside-headers.js";

/** A header for comparing: `Model Size (B)`, `model_size_b` and `modelSizeB` are one. */
export function normalised(header: string): string {
  return header
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** The header without a unit at its end, and the unit as a power of ten; `null` where it names none. */
export function partUnit(header: string): { readonly base: string; readonly unit: number | null } {
  const cut = header.lastIndexOf(" ");
  const last = header.slice(cut + 1);
  const power = /^1e(\d{1,2})$/.exec(last);
  if (cut === -1) return { base: header, unit: null };
  if (power !== null) return { base: header.slice(0, cut), unit: Number(power[1]) };
  if (Object.hasOwn(UNITS, last))
    return { base: header.slice(0, cut), unit: UNITS[last as keyof typeof UNITS] };
  return { base: header, unit: null };
}

/** The column whose header is the earliest of the spellings. */
export function findColumn(header: readonly string[], spellings: readonly string[]): number | null {
  const names = header.map(normalised);
  for (const spelling of spellings) {
    const column = names.indexOf(spelling);
    if (column !== -1) return column;
  }
  return null;
}

export function findModelColumn(header: readonly string[]): number | null {
  return findColumn(header, MODEL_HEADERS);
}

export function isSetAside(header: string): boolean {
  const name = partUnit(normalised(header)).base;
  if (header === "#" || SET_ASIDE_HEADERS.has(name)) return true;
  return SET_ASIDE_ENDINGS.some((ending) => name.endsWith(` ${ending}`));
}

/** The benchmark whose standard errors a column holds, if its header says so: `mmlu_stderr`. */
export function standardErrorOf(header: string): string | null {
  const match = /[ _,-](?:stderr|std[ ._]{0,2}err(?:or)?|standard[ _]error|SE)$/i.exec(header);
  if (match === null || (match[0].length === 3 && !match[0].endsWith("SE"))) return null;
  return header.slice(0, match.index).trim();
}
