/** A figure for reading, with a true minus; the digits stand in the answer. */
export function rounded(value: number, digits: number): string {
  return value
    .toFixed(digits)
    .replace(/^-(?=0\.?0*$)/, "")
    .replace("-", "−");
}

/** A p that rounds to nothing is said to be less than the last digit. */
export function probability(p: number, digits: number): string {
  const least = 10 ** -digits;
  return p < least / 2 ? `< ${least.toFixed(digits)}` : p.toFixed(digits);
}
