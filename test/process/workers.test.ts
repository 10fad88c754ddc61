import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { SLOW_QUERY, slow, slowCsv } from "../http/slow.js";
import { GROUNDS } from "../store/stores.js";
import { environmentOf, figure, type Spawned, spawning } from "./spawned.js";

const KILLS = process.env.FULL === undefined ? 3 : 20;
const A_KILL = 3;
const { start } = spawning();
const WORKER = { command: [process.execPath, "scripts/worker.mjs"] };

interface Standing {
  readonly id: string;
  readonly status: string;
  readonly result?: { readonly correlations: readonly unknown[] };
}

async function later(service: Spawned, level: number): Promise<string> {
  for (;;) {
    const reply = await fetch(service.url + slow(level), { headers: { prefer: "respond-async" } });
    if (reply.status === 202) return ((await reply.json()) as Standing).id;
    // Four costly ones at a time: the others come when these are done.
    expect(reply.status).toBe(429);
    await delay(200);
  }
}

const standing = async (service: Spawned, id: string) =>
  (await (await fetch(`${service.url}/v1/analyses/${id}`)).json()) as Standing;

async function ended(service: Spawned, id: string, within = 90_000): Promise<Standing> {
  const until = performance.now() + within;
  for (;;) {
    const found = await standing(service, id);
    if (found.status !== "queued" && found.status !== "running") return found;
    if (performance.now() > until) throw new Error(`${id} is still ${found.status}`);
    await delay(100);
  }
}

const computed = async ({ url }: Spawned, what = "computations_computed_total") =>
  Number(new RegExp(`^${what} (\\S+)$`, "m").exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

const posted = (service: Spawned) => service.post("slow", slowCsv(), {}, SLOW_QUERY);

describe.each(GROUNDS)("on $kind", (ground) => {
  test("SIGTERM with analyses running and an event stream open: exit 0 in time, and the next start ends them", {
    timeout: 120_000,
  }, async () => {
    const place = await ground.prepare();
    const env = { ...environmentOf(place), WORKERS: "1" };
    const service = await start(env);
    await service.ready();
    await posted(service);
    const ids = [await later(service, 51), await later(service, 52), await later(service, 53)];
    const events = fetch(`${service.url}/v1/analyses/${ids[2]}/events`).then((reply) => reply.text());
    await delay(200);
    const told = performance.now();
    expect(await service.stop()).toBe(0);
    const took = performance.now() - told;
    expect(took).toBeLessThan(10_000);
    expect(await events).toMatch(/^event: progress/);
    const next = await start(env);
    await next.ready();
    for (const id of ids) expect((await ended(next, id)).result?.correlations.length).toBe(100);
    figure(`${ground.kind}: SIGTERM with 3 analyses and a stream: exit 0 after ${took.toFixed(0)} ms`);
    await next.stop();
    await ground.clear(place);
  });

  test(`${KILLS} kills while analyses run: each ends exactly once`, { timeout: 600_000 }, async () => {
    const place = await ground.prepare();
    const shared = "databaseUrl" in place;
    const env = { ...environmentOf(place), WORKERS: "1" };
    const begin = async () => {
      const process = shared ? await start(env, WORKER) : await start(env);
      if (!shared) await process.ready();
      return process;
    };
    const front = shared ? await start({ ...env, WORKERS: "0" }) : null;
    await front?.ready();
    let victim = await begin();
    const service = () => front ?? victim;
    await posted(service());
    const results = new Map<string, string>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const ids: string[] = [];
      for (let i = 0; i < A_KILL; i += 1) ids.push(await later(service(), 5_100 + kill * A_KILL + i));
      await delay((shared ? 500 : 0) + Math.random() * 1_000);
      await victim.stop("SIGKILL");
      victim = await begin();
      for (const id of ids) {
        const { status } = await ended(service(), id);
        expect([id, status]).toEqual([id, "succeeded"]);
        results.set(id, status);
      }
    }
    for (const [id, status] of results) expect((await standing(service(), id)).status).toBe(status);
    expect(results.size).toBe(KILLS * A_KILL);
    expect(await computed(service(), "computations_queued")).toBe(0);
    figure(`${ground.kind}: ${KILLS} kills, ${results.size} analyses, each ended once`);
    await victim.stop();
    await front?.stop();
    await ground.clear(place);
  });
});

const [, postgresql] = GROUNDS;
test.skipIf(postgresql === undefined)(
  "two processes share a batch, and the process that was asked computes none",
  {
    timeout: 120_000,
  },
  async () => {
    if (postgresql === undefined) return;
    const place = await postgresql.prepare();
    const env = environmentOf(place);
    const front = await start({ ...env, WORKERS: "0" });
    await front.ready();
    await posted(front);
    const workers = [await start({ ...env, WORKERS: "1" }), await start({ ...env, WORKERS: "1" })];
    for (const worker of workers) await worker.ready();
    // What a process prints at its start is asked too.
    await fetch(`${front.url}/v1/matrices/safetywashing-2024/correlations?class=*`);
    const before = await Promise.all(workers.map((worker) => computed(worker)));
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) ids.push(await later(front, 5_300 + i));
    for (const id of ids) expect((await ended(front, id)).status).toBe("succeeded");
    const after = await Promise.all(workers.map((worker) => computed(worker)));
    const shares = after.map((count, i) => count - (before[i] as number));
    expect(shares.reduce((a, b) => a + b)).toBe(12);
    for (const share of shares) expect(share).toBeGreaterThan(1);
    expect(await computed(front)).toBe(0);
    figure(`two processes shared 12: ${shares.join(" and ")}`);
    for (const process of [...workers, front]) await process.stop();
    await postgresql.clear(place);
  },
);
