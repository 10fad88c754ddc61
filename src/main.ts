import { setTimeout } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { type App, BUNDLED_MATRIX, createApp } from "./app.js";
import { bundledTable } from "./cli/bundled-table.js";
import { type Config, ConfigError, readConfig } from "./config.js";
import { DomainError } from "./errors.js";

/** Time for requests in flight; `docker stop` and Kubernetes send SIGKILL after their own. */
const DRAIN_MS = 9_000;
const ARRIVING_MS = 250;

let config: Config | undefined;
let app: App | undefined;
let closing = false;
const say = (text: string) => void process.stderr.write(`${text}\n`);

// Before all else: process 1 of a container ignores a signal that has no handler yet.
closeWithGrace({ delay: DRAIN_MS, logger: { error: say } }, async ({ err }) => {
  closing = true;
  if (err !== undefined) (app?.server.log ?? console).error(err);
  // Requests that are sent but not yet read look like idle connections: they are read before those are closed.
  await setTimeout(ARRIVING_MS);
  await app?.close();
});

try {
  config = readConfig(process.env);
  app = await createApp(config);
  const address = await app.server.listen({ host: config.host, port: config.port });
  say(`\nDecorrelate serves on ${address}  (API: ${address}/docs)`);
  if (config.loopback && config.adminToken === null) {
    say(
      "Open mode: whoever can reach this machine's loopback may read and post. Set ADMIN_TOKEN to close it.",
    );
  }
  process.stderr.write(await bundledTable(app.server, BUNDLED_MATRIX, config.adminToken));
} catch (error) {
  await refuse(error);
}

/** What an operator can mend is said in a line; only our own faults show a stack. */
async function refuse(error: unknown): Promise<void> {
  // Told to stop while starting: what breaks off then is no fault.
  if (closing) return;
  const reason = mendable(error);
  if (reason === null) throw error;
  say(`Decorrelate cannot start: ${reason}`);
  await app?.close();
  process.exit(1);
}

/** A wrong setting, a folder or port that cannot be had, a database that turns us away; `null` for anything else. */
function mendable(error: unknown): string | null {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return null;
  const ofServer = "severity" in error || (error instanceof DomainError && error.code === "unavailable");
  if (ofServer && config !== undefined && "databaseUrl" in config.database) {
    return `PostgreSQL at ${new URL(config.database.databaseUrl).host || "its default address"} (DATABASE_URL): ${error.message}`;
  }
  return error instanceof DomainError || "syscall" in error ? error.message : null;
}
