import type { Kind } from "../matrix/score-matrix.js";
import { benjaminiHochberg, benjaminiYekutieli } from "../stats/false-discovery.js";

interface Tested {
  readonly kind: Kind;
  readonly p: number | null;
}

/** Tests that share one false discovery rate. */
export interface TestFamily {
  readonly family: string;
  readonly m: number;
}

export interface Discoveries {
  /** One a row, `null` where it has no p. */
  readonly q: readonly (number | null)[];
  readonly qBY: readonly (number | null)[];
  readonly families: readonly TestFamily[];
}

/** q over every benchmark with a p, or over those of each kind (METHODS §5). */
export function falseDiscoveries(rows: readonly Tested[], fdrFamily: "all" | "kind"): Discoveries {
  const q = new Array<number | null>(rows.length).fill(null);
  const qBY = q.slice();
  const members = new Map<string, number[]>();
  rows.forEach(({ kind, p }, i) => {
    if (p === null) return;
    const family = fdrFamily === "all" ? "all" : kind;
    const own = members.get(family);
    if (own === undefined) members.set(family, [i]);
    else own.push(i);
  });
  for (const places of members.values()) {
    const p = places.map((i) => rows[i]?.p as number);
    const [hochberg, yekutieli] = [benjaminiHochberg(p), benjaminiYekutieli(p)];
    places.forEach((i, k) => {
      q[i] = hochberg[k] as number;
      qBY[i] = yekutieli[k] as number;
    });
  }
  return { q, qBY, families: [...members].map(([family, places]) => ({ family, m: places.length })) };
}
