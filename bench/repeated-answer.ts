import { join } from "node:path";
import autocannon from "autocannon";
import Fastify from "fastify";
import { createApp } from "../src/app.js";
import { readConfig } from "../src/config.js";
import { type Figure, median } from "./figure.js";

const QUESTION = "/v1/matrices/safetywashing-2024/correlations?class=chat";

/** A repeated question over a socket, against a bare Fastify route that sends the same bytes; both in turn, in one process. */
export async function repeatedAnswer(folder: string, smoke: boolean): Promise<Figure[]> {
  const app = await createApp(readConfig({ DATA_DIR: join(folder, "answer"), LOG_LEVEL: "warn", PORT: "0" }));
  const address = await app.server.listen({ host: "127.0.0.1", port: 0 });
  const { rawPayload } = await app.server.inject({ url: QUESTION, headers: { host: "localhost" } });
  const bare = Fastify();
  bare.get("/bytes", (_request, reply) => reply.type("application/json; charset=utf-8").send(rawPayload));
  const bareAddress = await bare.listen({ host: "127.0.0.1", port: 0 });
  const rates = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < (smoke ? 1 : 5); round++) {
    rates.ours.push(await rateOf(address + QUESTION, smoke));
    rates.peer.push(await rateOf(`${bareAddress}/bytes`, smoke));
  }
  await bare.close();
  await app.close();
  const [ours, peer] = [median(rates.ours), median(rates.peer)];
  const what = `repeated /correlations, ${rawPayload.length} bytes; peer: bare Fastify route`;
  return [{ what, ours, peer, unit: "requests/s", ratio: ours / peer, bound: "ratio ≥ 0.6" }];
}

async function rateOf(url: string, smoke: boolean): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({
    url,
    connections: 20,
    duration: smoke ? 1 : 4,
    workers: 1,
  });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} refused, ${errors} failed`);
  return requests.average;
}
