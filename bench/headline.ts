import { expectAgreement } from "./agreement.js";
import { type Figure, median } from "./figure.js";
import { footprint } from "./footprint.js";
import { growth } from "./growth.js";
import { cPeers, numpyPeers, type Peer, type PeerRun } from "./peers/peers.js";
import { plainLoop } from "./peers/plain.js";
import { headlineTable, type ScoreTable, syntheticTable } from "./score-table.js";
import { type Reply, type Service, startService } from "./service.js";

export interface Headline {
  readonly figures: Figure[];
  readonly versions: Readonly<Record<string, string>>;
}

/** What an analyst writes in numpy sorts; counting is this service's own algorithm, and numpy lends it a compiler. */
const BOUND: Readonly<Record<string, string>> = { C: "ratio ≤ 2", "numpy, sorting": "ratio ≤ 0.1" };

/**
 * The whole default answer through HTTP, never asked before, against programs that do its bootstrap and nothing else
 * (peers/README.md). All in turn, and not before they agree on what they compute.
 */
export async function headline(folder: string, smoke: boolean): Promise<Headline> {
  const c = await cPeers(folder);
  const numpy = await numpyPeers(folder);
  const service = await startService(folder);
  try {
    const figures = [
      ...(await coldAnswer(service, [...numpy, ...c], smoke)),
      ...(await manyModels(service, [...numpy.slice(0, 1), ...c.slice(0, 1)], smoke)),
      ...(await growth(service, c[0] ?? null, smoke)),
    ];
    return {
      figures,
      versions: Object.fromEntries([...numpy, ...c].map(({ name, version }) => [name, version])),
    };
  } finally {
    await service.close();
  }
}

async function coldAnswer(service: Service, peers: readonly Peer[], smoke: boolean): Promise<Figure[]> {
  const table = headlineTable();
  const resamples = smoke ? 100 : 10_000;
  await service.post("headline", table);
  const { ours, theirs, last } = await inTurnWith(
    service,
    "headline",
    { table, peers, resamples },
    smoke ? 1 : 7,
  );
  const resampled = isResampled(last);
  const reference = peers.find(({ name }) => name.startsWith("C "));
  if (reference) {
    const found = new Map(theirs.map(({ peer, runs }) => [peer.name, (runs.at(-1) as PeerRun).bounds]));
    if (resampled) found.set("the service", boundsOf(last, table));
    await expectAgreement(reference, found, table, resamples);
  }
  const closed: number[] = [];
  for (let seed = 1; seed <= (smoke ? 1 : 15); seed++) {
    closed.push((await service.correlations("headline", 0, seed)).ms);
  }
  const what = `cold answer, ${table.source}, ${resamples} resamples${resampled ? "" : " (NOT RESAMPLED in this build)"}`;
  const plain = plainLoop(table, smoke ? 5 : 200) * resamples;
  return [
    ...theirs.map(({ peer, runs }) =>
      beside(
        `${what}; peer: ${peer.name}, bootstrap alone`,
        ours,
        median(runs.map(({ ms }) => ms)),
        boundFor(peer),
      ),
    ),
    beside(`${what}; peer: ml-pca and simple-statistics, scaled from ${smoke ? 5 : 200}`, ours, plain, "–"),
    {
      what: "cold answer, resamples=0",
      ours: median(closed),
      peer: null,
      unit: "ms",
      ratio: null,
      bound: "< 10 ms",
    },
  ];
}

async function manyModels(service: Service, peers: readonly Peer[], smoke: boolean): Promise<Figure[]> {
  const table = syntheticTable({ models: smoke ? 300 : 4_500, capabilities: 12, targets: 48 });
  const resamples = smoke ? 50 : 1_000;
  await service.post("many", table);
  const memory = await footprint(() => service.correlations("many", resamples, 1_000), table);
  const { ours, theirs, last } = await inTurnWith(
    service,
    "many",
    { table, peers, resamples },
    smoke ? 1 : 3,
  );
  const what = `cold answer, ${table.source}, ${resamples} resamples${isResampled(last) ? "" : " (NOT RESAMPLED in this build)"}`;
  return [
    ...theirs.map(({ peer, runs }) =>
      beside(`${what}; peer: ${peer.name}, bootstrap alone`, ours, median(runs.map(({ ms }) => ms)), "–"),
    ),
    ...memory,
  ];
}

interface Work {
  readonly table: ScoreTable;
  readonly peers: readonly Peer[];
  readonly resamples: number;
}

/** Round by round ours and then each peer, so that a machine whose speed drifts is fair to all. Ours with a new seed each time. */
async function inTurnWith(service: Service, name: string, { table, peers, resamples }: Work, rounds: number) {
  const ours: number[] = [];
  const theirs = peers.map((peer) => ({ peer, runs: [] as PeerRun[] }));
  let last = await service.correlations(name, resamples, 0); // the first warms code and workers up
  for (let seed = 1; seed <= rounds; seed++) {
    last = await service.correlations(name, resamples, seed);
    ours.push(last.ms);
    for (const { peer, runs } of theirs) runs.push(await peer.run(table, resamples, seed));
  }
  return { ours: median(ours), theirs, last };
}

function beside(what: string, ours: number, peer: number, bound: string): Figure {
  return { what, ours, peer, unit: "ms", ratio: ours / peer, bound };
}

function boundFor({ name }: Peer): string {
  return BOUND[name.startsWith("C ") ? "C" : name] ?? "–";
}

/** A build that does not resample answers `null` for every interval; its time says nothing about resampling. */
function isResampled({ rows }: Reply): boolean {
  return rows.some(({ intervals }) => intervals.percentile !== null);
}

function boundsOf({ rows }: Reply, { benchmarks, capabilities }: ScoreTable): PeerRun["bounds"] {
  const found = new Map(rows.map((row) => [row.benchmark, row]));
  return benchmarks.slice(capabilities).map((name) => {
    const row = found.get(name);
    const interval = row?.intervals.percentile;
    return interval ? [interval.low, interval.high, row?.usableResamples ?? 0] : null;
  });
}
