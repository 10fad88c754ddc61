import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OpenStore, openStore, type Place } from "../../src/store/open-store.js";
import { postOf, scored } from "./posts.js";
import { GROUNDS } from "./stores.js";

/** A line to a real server that can be cut and mended. */
class Line {
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;
  readonly #to: { readonly host: string; readonly port: number };

  constructor(to: { readonly host: string; readonly port: number }) {
    this.#to = to;
  }

  get port(): number {
    return this.#port;
  }

  async mend(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(this.#to);
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("error", () => {}).on("close", () => [near, far].map((end) => end.destroy()));
      }
      near.pipe(far).pipe(near);
    }).listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as { port: number }).port;
  }

  async cut(): Promise<void> {
    const closed = this.#server === null ? null : once(this.#server, "close");
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }
}

const ground = GROUNDS.find(({ kind }) => kind === "postgresql");
if (ground !== undefined) {
  describe("when PostgreSQL cannot be reached", () => {
    let place: Place;
    let line: Line;
    let store: OpenStore;
    const now = () => new Date();
    const post = (score: number) => store.revisions.append(postOf("a", scored(score)));

    beforeEach(async () => {
      place = await ground.prepare();
      const url = new URL((place as { databaseUrl: string }).databaseUrl);
      line = new Line({ host: url.hostname, port: Number(url.port || 5432) });
      await line.mend();
      url.host = `127.0.0.1:${line.port}`;
      store = await openStore({ databaseUrl: url.href }, { now });
    });
    afterEach(async () => {
      await store.close().catch(() => undefined);
      await line.cut();
      await ground.clear(place);
    });

    test("every request is unavailable, then all is well again without a restart", async () => {
      await post(1);
      await store.ping();
      for (let outage = 2; outage < 5; outage += 1) {
        await line.cut();
        const unavailable = { code: "unavailable", retryAfter: 1 };
        await expect(store.ping()).rejects.toMatchObject(unavailable);
        await expect(post(outage)).rejects.toMatchObject(unavailable);
        await expect(store.matrices.get("nowhere")).rejects.toMatchObject(unavailable);
        await expect(store.tokens.list()).rejects.toMatchObject(unavailable);
        await line.mend();
        await store.ping();
        expect(await post(outage)).toMatchObject({ revision: { revision: outage } });
      }
    });

    test("a line cut in the middle of a post is unavailable, and nothing is stored", async () => {
      await post(1);
      const cutting = store.once({ scope: "s", key: "k", bodyHash: "b" }, async (transaction) => {
        await store.revisions.append(postOf("a", scored(2)), transaction);
        await line.cut();
        return { status: 201, headers: {}, body: "" };
      });
      await expect(cutting).rejects.toMatchObject({ code: "unavailable" });
      await line.mend();
      expect((await store.matrices.get("a")).latest.revision).toBe(1);
    });

    test("a store does not open, and says that it is unavailable", async () => {
      await line.cut();
      const databaseUrl = `postgresql://postgres@127.0.0.1:${line.port}/postgres`;
      await expect(openStore({ databaseUrl }, { now })).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}
