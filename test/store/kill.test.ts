import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../src/matrix/digest.js";
import { type OpenStore, openStore } from "../../src/store/open-store.js";
import { Child } from "./child.js";
import { GROUNDS } from "./stores.js";

const KILLS = 20;
const CLIENTS = 8;
/** Acknowledged before the time runs, so that a child is killed at full speed. */
const WARM_UP = 10;
/** In milliseconds. Unseeded: what is killed when is not reproducible anyway. */
const lifetime = () => 150 + Math.random() * 350;

type Acknowledged = Map<string, string>;

/** Everything that a child said it had stored, as `matrix/revision` → digest, before it was killed. */
async function appendUntilKilled(place: unknown, round: number): Promise<Acknowledged> {
  const child = new Child("append", JSON.stringify(place), String(CLIENTS), String(round));
  const acknowledged: Acknowledged = new Map();
  const take = (line: string) => {
    const [matrix, revision, digest] = JSON.parse(line) as [string, number, string];
    acknowledged.set(`${matrix}/${revision}`, digest);
  };
  for (let count = 0; count < WARM_UP; count += 1) take(await child.nextLine());
  const killing = delay(lifetime()).then(() => child.kill("SIGKILL"));
  for await (const line of { [Symbol.asyncIterator]: () => child.lines }) if (line.endsWith("]")) take(line);
  await killing;
  await child.ended();
  return acknowledged;
}

/** Every revision of every client, read back whole. */
async function stored(store: OpenStore, after: ReadonlyMap<string, number>): Promise<Acknowledged> {
  const found: Acknowledged = new Map();
  for (const { name } of await store.matrices.list({ limit: 100, after: null })) {
    const revisions = await store.revisions.list(name, { limit: 10_000, before: null });
    for (const { revision, digest } of revisions.filter((one) => one.revision > (after.get(name) ?? 0))) {
      expect(digestOf(await store.revisions.matrix(name, revision))).toBe(digest);
      found.set(`${name}/${revision}`, digest);
    }
  }
  return found;
}

describe.each(GROUNDS)("kill -9, $kind", (ground) => {
  test(`of what was acknowledged before ${KILLS} kills nothing is lost, and nothing is stored in part`, async () => {
    const place = await ground.prepare();
    const now = () => new Date();
    await (await openStore(place, { now })).close();
    const latest = new Map<string, number>();
    let [total, unacknowledged] = [0, 0];
    try {
      for (let round = 0; round < KILLS; round += 1) {
        const acknowledged = await appendUntilKilled(place, round);
        const store = await openStore(place, { now });
        const found = await stored(store, latest);
        await store.close();
        for (const [revision, digest] of acknowledged)
          expect([revision, found.get(revision)]).toEqual([revision, digest]);
        for (const revision of found.keys()) {
          const [name, number] = revision.split("/") as [string, string];
          latest.set(name, Math.max(Number(number), latest.get(name) ?? 0));
        }
        total += acknowledged.size;
        unacknowledged += found.size - acknowledged.size;
      }
      console.log(
        `${ground.kind}: ${KILLS} kills, ${total} acknowledged, 0 lost, 0 partial, ${unacknowledged} stored unacknowledged`,
      );
      expect(total).toBeGreaterThanOrEqual(KILLS * WARM_UP);
    } finally {
      await ground.clear(place);
    }
  }, 600_000);
});
