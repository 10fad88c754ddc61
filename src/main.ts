import { setTimeout } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { BUNDLED_MATRIX, createApp } from "./app.js";
import { bundledTable } from "./cli/bundled-table.js";
import { ConfigError, readConfig } from "./config.js";
import { DomainError } from "./errors.js";

/** Time for requests in flight; `docker stop` and Kubernetes send SIGKILL after their own. */
const DRAIN_MS = 9_000;
const ARRIVING_MS = 250;

const { config, app } = await prepared();
closeWithGrace({ delay: DRAIN_MS, logger: app.server.log }, async ({ err }) => {
  if (err !== undefined) app.server.log.error({ err }, "closing");
  // Requests that are sent but not yet read look like idle connections: they are read before those are closed.
  await setTimeout(ARRIVING_MS);
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

/** What an operator can mend is said in a line; only our own faults show a stack. */
async function prepared() {
  try {
    const config = readConfig(process.env);
    return { config, app: await createApp(config) };
  } catch (error) {
    if (!(error instanceof DomainError || error instanceof ConfigError)) throw error;
    process.stderr.write(`Decorrelate cannot start: ${error.message}\n`);
    process.exit(1);
  }
}
