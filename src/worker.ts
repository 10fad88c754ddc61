/** Computes for the service's processes on one PostgreSQL: `npm run worker`. Serves nothing. */
import closeWithGrace from "close-with-grace";
import { ConfigError, engineSettings, readConfig } from "./config.js";
import { DomainError } from "./errors.js";
import { type Engine, startEngine } from "./jobs/engine.js";
import { type OpenStore, openStore } from "./store/open-store.js";

const CLOSE_WITHIN_MS = 9_000;

let store: OpenStore | undefined;
let engine: Engine | undefined;
const say = (text: string) => void process.stderr.write(`${text}\n`);
const log = (error: unknown) => say(error instanceof Error ? (error.stack ?? error.message) : String(error));

closeWithGrace({ delay: CLOSE_WITHIN_MS, logger: { error: say } }, async ({ err }) => {
  if (err !== undefined) log(err);
  await engine?.close();
  await store?.close();
});

try {
  // It binds nothing: what HOST and ADMIN_TOKEN say is for the processes that serve.
  const { HOST: _, ...env } = process.env;
  const settings = engineSettings(readConfig(env));
  if (settings.databaseUrl === null)
    throw new ConfigError("a worker takes DATABASE_URL: the embedded store serves one process");
  if (settings.threads === 0) throw new ConfigError("WORKERS is 0, so this worker would compute nothing");
  store = await openStore({ databaseUrl: settings.databaseUrl }, { now: () => new Date(), log: say });
  engine = await startEngine(store, { ...settings, log });
  say(`Decorrelate computes with ${settings.threads} threads`);
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof DomainError)) throw error;
  say(`The worker cannot start: ${error.message}`);
  process.exit(1);
}
