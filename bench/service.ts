import { join } from "node:path";
import type { CorrelationRow } from "../src/analysis/correlation-row.js";
import { createApp } from "../src/app.js";
import { readConfig } from "../src/config.js";
import { type ScoreTable, tableCsv } from "./score-table.js";

/** The service on a socket, with two workers, asked as a client would. */
export interface Service {
  /** Stores the table as the latest revision of a matrix, class `chat`. */
  post(name: string, table: ScoreTable): Promise<void>;
  /** Asks for correlations; a seed that was not asked for before makes the answer a cold one. */
  correlations(name: string, resamples: number, seed: number): Promise<Reply>;
  close(): Promise<void>;
}

export interface Reply {
  readonly ms: number;
  readonly bytes: number;
  readonly rows: readonly CorrelationRow[];
}

export async function startService(folder: string): Promise<Service> {
  const app = await createApp(
    readConfig({ DATA_DIR: join(folder, "headline"), LOG_LEVEL: "silent", PORT: "0", WORKERS: "2" }),
  );
  const address = await app.server.listen({ host: "127.0.0.1", port: 0 });
  return {
    async post(name, table) {
      const query = new URLSearchParams([
        ["class", "chat"],
        ...table.benchmarks
          .slice(0, table.capabilities)
          .map((benchmark): [string, string] => ["capability", benchmark]),
      ]);
      const reply = await fetch(`${address}/v1/matrices/${name}/revisions?${query}`, {
        method: "POST",
        headers: { "content-type": "text/csv" },
        body: tableCsv(table),
      });
      if (reply.status !== 201) throw new Error(`posting ${table.source}: ${await reply.text()}`);
    },
    async correlations(name, resamples, seed) {
      const url = `${address}/v1/matrices/${name}/correlations?class=chat&resamples=${resamples}&seed=${seed}`;
      const start = performance.now();
      const reply = await settled(await fetch(url, { headers: { prefer: "wait=600" } }), address);
      const text = await reply.text();
      const ms = performance.now() - start;
      if (reply.status !== 200) throw new Error(`${url}: ${text.slice(0, 300)}`);
      const body = JSON.parse(text);
      return { ms, bytes: Buffer.byteLength(text), rows: (body.result ?? body).correlations };
    },
    close: () => app.close(),
  };
}

/** Follows a 202 until its analysis is no longer queued or running. */
async function settled(reply: Response, address: string): Promise<Response> {
  if (reply.status !== 202) return reply;
  const location = new URL(reply.headers.get("location") as string, address);
  for (;;) {
    const polled = await fetch(location);
    const { status } = (await polled.clone().json()) as { status: string };
    if (status === "succeeded") return polled;
    if (status !== "queued" && status !== "running") throw new Error(`${location}: ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
