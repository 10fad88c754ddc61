import { isMissing } from "./parse-cell.js";

const SUFFIX: Readonly<Record<string, number>> = { k: 3, m: 6, b: 9, t: 12 };
const NUMBER = /^(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?$/;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const COMMA_NUMBER = /^\d+,\d+$/;

/**
 * A count such as 7e9, 131.597B or 50,000,000,000; a bare number is in the header's unit (a power of ten).
 * Shifted in the text, so that 40.2 in a column of 1E21 is the double nearest to 4.02e22.
 * `null` where there is none, `undefined` where the text is no count.
 */
export function parseQuantity(raw: string, unit: number, decimalCommas: boolean): number | null | undefined {
  let text = raw.trim();
  if (text === "" || isMissing(text)) return null;
  const suffix = SUFFIX[text.slice(-1).toLowerCase()];
  if (suffix !== undefined) text = text.slice(0, -1).trimEnd();
  if (decimalCommas && COMMA_NUMBER.test(text) && !/,\d{3}$/.test(text)) text = text.replace(",", ".");
  if (GROUPED.test(text)) text = text.replaceAll(",", "");
  const [, digits, exponent = "0"] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(`${digits}e${Number(exponent) + (suffix ?? unit)}`);
  return Number.isFinite(value) ? value : undefined;
}
