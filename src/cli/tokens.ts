/** Makes, lists and revokes tokens: `npm run tokens -- create --name ci --scope write`. */
import { parseArgs } from "node:util";
import { readConfig } from "../config.js";
import { DomainError } from "../errors.js";
import { openStore } from "../store/open-store.js";
import { SCOPES, type Scope, type Token, type TokenStore } from "../store/store.js";

const USAGE = `usage: npm run tokens -- create --name NAME --scope read|write|admin [--scope …]
       npm run tokens -- list
       npm run tokens -- revoke ID
The embedded store serves one process: stop the service first, or use /v1/tokens.
`;

const COMMANDS: Readonly<Record<string, (tokens: TokenStore, words: readonly string[]) => Promise<string>>> =
  {
    async create(tokens, words) {
      const { values } = parseArgs({
        args: [...words],
        options: { name: { type: "string" }, scope: { type: "string", multiple: true } },
      });
      const scopes = (values.scope ?? []).filter((scope): scope is Scope => SCOPES.includes(scope as Scope));
      if (values.name === undefined || scopes.length === 0 || scopes.length !== values.scope?.length)
        return USAGE;
      const { token, secret } = await tokens.create({ name: values.name, scopes });
      return `${line(token)}\n${secret}\nThe secret is shown this once.\n`;
    },
    async list(tokens) {
      return (await tokens.list()).map((token) => `${line(token)}\n`).join("");
    },
    async revoke(tokens, [id]) {
      return id === undefined ? USAGE : `${line(await tokens.revoke(id))}\n`;
    },
  };

function line({ id, name, scopes, createdAt, revokedAt }: Token): string {
  const state = revokedAt === null ? "living" : `revoked ${revokedAt.toISOString()}`;
  return `${id}  ${scopes.join(",")}  ${createdAt.toISOString()}  ${state}  ${JSON.stringify(name)}`;
}

const [command = "", ...words] = process.argv.slice(2);
const run = COMMANDS[command];
if (run === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    const store = await openStore(readConfig(process.env).database, { now: () => new Date() });
    process.stdout.write(await run(store.tokens, words).finally(() => store.close()));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
