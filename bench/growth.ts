import { type Figure, median } from "./figure.js";
import type { Peer } from "./peers/peers.js";
import { type ScoreTable, syntheticTable } from "./score-table.js";
import type { Service } from "./service.js";

interface Step {
  readonly table: ScoreTable;
  readonly resamples: number;
  readonly varied: string;
}

const sized = (models: number, benchmarks: number) => {
  const capabilities = Math.min(12, benchmarks / 2);
  return syntheticTable({ models, capabilities, targets: benchmarks - capabilities });
};

function steps(smoke: boolean): Step[] {
  const models = smoke ? [27, 60] : [27, 100, 300, 1_000, 5_000];
  const benchmarks = smoke ? [12, 24] : [12, 24, 60, 180, 500];
  const resamples = smoke ? [100, 200] : [100, 1_000, 10_000, 100_000];
  const base = smoke ? 50 : 1_000;
  return [
    ...models.map((n) => ({ table: sized(n, 60), resamples: base, varied: `models ${n}` })),
    ...benchmarks.map((p) => ({ table: sized(27, p), resamples: base, varied: `benchmarks ${p}` })),
    ...resamples.map((B) => ({ table: sized(27, 60), resamples: B, varied: `resamples ${B}` })),
  ];
}

/** Time against models, benchmarks and resamples, each varied alone from 27 × 60 with 1 000 resamples. */
export async function growth(service: Service, peer: Peer | null, smoke: boolean): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [k, { table, resamples, varied }] of steps(smoke).entries()) {
    const name = `growth-${k}`;
    await service.post(name, table);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let seed = 1; seed <= (smoke ? 1 : 3); seed++) {
      ours.push((await service.correlations(name, resamples, seed)).ms);
      if (peer) theirs.push((await peer.run(table, resamples, seed)).ms);
    }
    const [time, other] = [median(ours), peer ? median(theirs) : null];
    const what = `growth, ${varied}: ${table.rows.length} × ${table.benchmarks.length}, ${resamples} resamples`;
    figures.push({
      what: peer ? `${what}; peer: ${peer.name}, bootstrap alone` : what,
      ours: time,
      peer: other,
      unit: "ms",
      ratio: other === null ? null : time / other,
      bound: "–",
    });
  }
  return figures;
}
