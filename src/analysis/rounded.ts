/** A figure for reading, with a true minus; the digits stand in the answer. */
export function rounded(value: number, digits: number): string {
  return value
    .toFixed(digits)
    .replace(/^-(?=0\.?0*$)/, "")
    .replace("-", "−");
}
