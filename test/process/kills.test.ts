import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { GROUNDS } from "../store/stores.js";
import { build, environmentOf, figure, Spawned } from "./spawned.js";

const FULL = process.env.FULL !== undefined;
const KILLS = FULL ? 20 : 4;
const CLIENTS = 8;
/** Acknowledged before the time runs: 20 kills at full speed make at least 1 000. */
const WARM_UP = 50;
/** In milliseconds. Unseeded: what is killed when is not reproducible anyway. */
const lifetime = () => 150 + Math.random() * 350;

/** A post, under the one number that all of its scores are made of. */
interface Post {
  readonly matrix: string;
  readonly model: string;
  outcome: "acknowledged" | "failed" | "unknown";
  /** What the service said where it refused. */
  refusal?: string;
  revision?: number;
  digest?: string;
}
type Posts = Map<number, Post>;

interface Table {
  readonly digest: string;
  readonly models: readonly string[];
  readonly scores: readonly (readonly number[])[];
}

/** In turn a whole matrix of its own and its own row of the shared one. */
async function client(service: Spawned, c: number, posts: Posts, live: () => boolean): Promise<void> {
  while (live()) {
    const n = posts.size + 1;
    const shared = n % 2 === 0;
    const model = `client-${c}`;
    const post: Post = { matrix: shared ? "shared" : model, model, outcome: "unknown" };
    posts.set(n, post);
    const body = shared
      ? `model,x,y\n${model},${n},${-n}\n`
      : `model,x,y\n${model},${n},${-n}\nb,${n},${n}\n`;
    try {
      const reply = await service.post(post.matrix, body, {}, shared ? "?mode=merge" : "");
      const text = await reply.text();
      const { revision, digest } = JSON.parse(text) as { revision: number; digest: string };
      if (reply.status === 201) Object.assign(post, { outcome: "acknowledged", revision, digest });
      else Object.assign(post, { outcome: "failed", refusal: `${reply.status} ${text}` });
    } catch {
      // The connection broke: nobody was told anything.
    }
  }
}

async function postUntilKilled(env: Record<string, string>, posts: Posts): Promise<string> {
  const service = await Spawned.start(env);
  await service.ready();
  const before = posts.size;
  let live = true;
  const clients = Array.from({ length: CLIENTS }, (_, c) => client(service, c, posts, () => live));
  while (posts.size < before + WARM_UP + CLIENTS) await delay(5);
  await delay(lifetime());
  const killed = service.stop("SIGKILL");
  live = false;
  await Promise.all([killed, ...clients]);
  return service.log;
}

/** Every revision, first to last, as a client reads it. */
async function stored(service: Spawned, matrix: string): Promise<readonly Table[]> {
  const url = `${service.url}/v1/matrices/${matrix}/revisions`;
  const latest = await fetch(`${url}/latest`);
  if (latest.status === 404) return [];
  const { revision } = (await latest.json()) as { revision: number };
  const tables: Table[] = [];
  for (let r = 1; r <= revision; r += 1) {
    const reply = await fetch(`${url}/${r}/scores?layout=wide`);
    expect([matrix, r, reply.status]).toEqual([matrix, r, 200]);
    tables.push((await reply.json()) as Table);
  }
  return tables;
}

/** The post that made a revision of the one before it; `null` where no single whole post did. */
function madeBy(matrix: string, table: Table, before: Table | undefined, posts: Posts): number | null {
  const rows = (of: Table | undefined) => new Map(of?.models.map((model, i) => [model, of.scores[i]]));
  const known = matrix === "shared" ? rows(before) : new Map();
  const changed = [...rows(table)].filter(([model, row]) => String(known.get(model)) !== String(row));
  const [[model, row] = []] = changed;
  const n = row?.[0] ?? 0;
  const post = posts.get(n);
  if (post?.matrix !== matrix || post.model !== model) return null;
  const whole =
    matrix === "shared"
      ? [[model, [n, -n]]]
      : [
          [model, [n, -n]],
          ["b", [n, n]],
        ];
  const lostRow = [...known.keys()].some((name) => !table.models.includes(name));
  return !lostRow && JSON.stringify(changed) === JSON.stringify(whole) ? n : null;
}

beforeAll(build, 120_000);

describe.each(GROUNDS)("on $kind", (ground) => {
  test(`${KILLS} kills during posts lose nothing acknowledged and store nothing in part or twice`, {
    timeout: 300_000,
  }, async () => {
    const place = await ground.prepare();
    const env = environmentOf(place);
    const posts: Posts = new Map();
    const begun = performance.now();
    let log = "";
    for (let kill = 0; kill < KILLS; kill += 1) log += await postUntilKilled(env, posts);

    const service = await Spawned.start(env);
    await service.ready();
    const found = new Map<number, { revision: number; digest: string }>();
    const faults = { partial: 0, twice: 0, lost: 0, refusedButStored: 0 };
    for (const matrix of ["shared", ...Array.from({ length: CLIENTS }, (_, c) => `client-${c}`)]) {
      const tables = await stored(service, matrix);
      for (const [i, table] of tables.entries()) {
        const n = madeBy(matrix, table, tables[i - 1], posts);
        if (n === null) faults.partial += 1;
        else if (found.has(n)) faults.twice += 1;
        else found.set(n, { revision: i + 1, digest: table.digest });
      }
    }
    await service.stop();
    await ground.clear(place);

    const count = { acknowledged: 0, failed: 0, unknown: 0 };
    const refusals: string[] = [];
    for (const [n, { outcome, revision, digest, refusal }] of posts) {
      count[outcome] += 1;
      if (refusal !== undefined) refusals.push(refusal);
      const { revision: number, digest: kept } = found.get(n) ?? {};
      if (outcome === "acknowledged" && (revision !== number || digest !== kept)) faults.lost += 1;
      if (outcome === "failed" && number !== undefined) faults.refusedButStored += 1;
    }
    figure(
      `${ground.kind}: ${KILLS} kills, ${count.acknowledged} acknowledged, ${count.failed} failed, ${count.unknown} unknown ` +
        `(${found.size - count.acknowledged} of them stored, whole), ${JSON.stringify(faults)}, ${((performance.now() - begun) / 1_000).toFixed(0)} s`,
    );
    expect(faults).toEqual({ partial: 0, twice: 0, lost: 0, refusedButStored: 0 });
    expect({ refusals, log }).toEqual({ refusals: [], log: "" });
    expect(count.acknowledged).toBeGreaterThanOrEqual(KILLS * WARM_UP);
  });
});
