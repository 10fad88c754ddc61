import { join } from "node:path";
import { createApp } from "../src/app.js";
import { readConfig } from "../src/config.js";
import { type Figure, median, wideCsv } from "./figure.js";

/** Posting 4 500 × 60 to the embedded store through HTTP: read, checked, stored on disk. */
export async function appendCost(folder: string, smoke: boolean): Promise<Figure[]> {
  const { server, close } = await createApp(
    readConfig({ DATA_DIR: join(folder, "append"), LOG_LEVEL: "silent" }),
  );
  const times: number[] = [];
  for (let round = 0; round < (smoke ? 1 : 5); round++) {
    const payload = `${wideCsv(4_500, 60)}\nextra-${round}${",1".repeat(60)}`;
    const start = performance.now();
    const reply = await server.inject({
      method: "POST",
      url: "/v1/matrices/large/revisions",
      headers: { host: "localhost", "content-type": "text/csv" },
      payload,
    });
    times.push(performance.now() - start);
    if (reply.statusCode !== 201) throw new Error(reply.body.slice(0, 300));
  }
  await close();
  return [
    {
      what: "post and store 4 500 × 60",
      ours: median(times),
      peer: null,
      unit: "ms",
      ratio: null,
      bound: "< 3 000 ms",
    },
  ];
}
