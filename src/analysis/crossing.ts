/** Correlations nearer than this to 0, or to τ, differ from it by rounding. */
const NEAR = 1e-12;

export interface Crossing {
  readonly zero: number | null;
  readonly threshold: number | null;
}

/**
 * The least number of treated models at which ρ has lost the sign that it started with (0 has none), and at which it is on the
 * other side of |ρ| = τ. Undefined steps are passed over; `null` where neither happens, or there is no sign to lose.
 *
 * @example firstCrossing([{ models: 0, rho: -.6 }, { models: 1, rho: -.3 }, { models: 2, rho: .1 }], .4) // => { zero: 2, threshold: 1 }
 */
export function firstCrossing(
  path: readonly { readonly models: number; readonly rho: number | null }[],
  threshold: number,
): Crossing {
  const defined = path.flatMap(({ models, rho }) => (rho === null ? [] : [{ models, rho }]));
  const start = path[0]?.rho ?? null;
  if (start === null) return { zero: null, threshold: null };
  const isLow = (rho: number) => Math.abs(rho) < threshold - NEAR;
  const zero = defined.find(({ rho }) => signOf(rho) !== signOf(start));
  const side = defined.find(({ rho }) => isLow(rho) !== isLow(start));
  return { zero: signOf(start) === 0 ? null : (zero?.models ?? null), threshold: side?.models ?? null };
}

function signOf(rho: number): number {
  return Math.abs(rho) <= NEAR ? 0 : Math.sign(rho);
}
