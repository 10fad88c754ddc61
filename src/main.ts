import closeWithGrace from "close-with-grace";
import { BUNDLED_MATRIX, createApp } from "./app.js";
import { bundledTable } from "./cli/bundled-table.js";
import { readConfig } from "./config.js";

/** Time for requests in flight; `docker stop` and Kubernetes send SIGKILL after their own. */
const DRAIN_MS = 9_000;

const config = readConfig(process.env);
const app = await createApp(config);
closeWithGrace({ delay: DRAIN_MS, logger: app.server.log }, async ({ err }) => {
  if (err !== undefined) app.server.log.error({ err }, "closing");
  await app.close();
});
const address = await app.server.listen({ host: config.host, port: config.port });
process.stderr.write(`\nDecorrelate serves on ${address}  (API: ${address}/docs)\n`);
if (config.loopback && config.adminToken === null) {
  process.stderr.write(
    "Open mode: whoever can reach this machine's loopback may read and post. Set ADMIN_TOKEN to close it.\n",
  );
}
process.stderr.write(await bundledTable(app.server, BUNDLED_MATRIX, config.adminToken));
