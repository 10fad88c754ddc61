/** A cell of a column of scores. */
export type Cell =
  | {
      readonly kind: "number";
      /** Already divided by 100 where it carries `%`. */
      readonly value: number;
      /** The number as written, for a column that is converted otherwise. */
      readonly percent: boolean;
      readonly decimalComma: boolean;
      /** What follows ±, in the same unit. */
      readonly standardError: number | null;
    }
  | { readonly kind: "missing"; readonly spelled: boolean }
  | { readonly kind: "word" };

/** What stands for a missing value, besides nothing; in lower case. */
export const MISSING_SPELLINGS = ["-", "–", "—", "--", "null", "nan", "n/a", "na", "#n/a", "none"] as const;

const MISSING: ReadonlySet<string> = new Set(MISSING_SPELLINGS);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const COMMA_NUMBER = /^[+-]?\d+,\d+$/;
/** U+2212, which typeset tables have for a hyphen. */
const MINUS = "−";
const EMPTY: Cell = { kind: "missing", spelled: false };
const SPELLED: Cell = { kind: "missing", spelled: true };
const WORD: Cell = { kind: "word" };

export function parseCell(raw: string, decimalCommas: boolean): Cell {
  if (raw === "") return EMPTY;
  if (NUMBER.test(raw)) return finite({ text: raw, percent: false, decimalComma: false }, null);
  const text = raw.trim();
  if (text === "") return EMPTY;
  if (isMissing(text)) return SPELLED;
  const [centre = "", spread, ...more] = text.split(/±|\+\/-/);
  const score = numeral(centre, decimalCommas);
  if (score === null || more.length > 0) return WORD;
  if (spread === undefined) return finite(score, null);
  const error = numeral(spread, decimalCommas);
  if (error === null || (error.percent && !score.percent)) return WORD;
  return finite(score, { ...error, percent: score.percent });
}

export function isMissing(text: string): boolean {
  return text.length <= 4 && MISSING.has(text.toLowerCase());
}

interface Numeral {
  readonly text: string;
  readonly percent: boolean;
  readonly decimalComma: boolean;
}

function numeral(raw: string, decimalCommas: boolean): Numeral | null {
  let text = raw.trim();
  const percent = text.endsWith("%");
  if (percent) text = text.slice(0, -1).trimEnd();
  if (text.startsWith(MINUS)) text = `-${text.slice(1)}`;
  const decimalComma = decimalCommas && COMMA_NUMBER.test(text);
  if (decimalComma) text = text.replace(",", ".");
  return NUMBER.test(text) ? { text, percent, decimalComma } : null;
}

/** A number beyond the range of a double is a word: it cannot be kept. */
function finite(score: Numeral, error: Numeral | null): Cell {
  const value = numberOf(score);
  const standardError = error === null ? null : numberOf(error);
  if (!Number.isFinite(value)) return WORD;
  if (standardError !== null && !(standardError >= 0 && standardError < Number.POSITIVE_INFINITY))
    return WORD;
  return { kind: "number", value, percent: score.percent, decimalComma: score.decimalComma, standardError };
}

/** Shifted in the text, so that 77.1% is the double nearest to 0.771. */
function numberOf({ text, percent }: Numeral): number {
  if (!percent) return Number(text);
  return /[eE]/.test(text) ? Number(text) / 100 : Number(`${text}e-2`);
}
