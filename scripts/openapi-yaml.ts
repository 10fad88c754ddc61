import { stringify } from "yaml";
import { createServer } from "../src/http/server.js";

/** openapi.yaml as the route schemas give it; registering routes needs no store. */
export async function openapiYaml(): Promise<string> {
  const app = await createServer(
    { store: undefined as never, engine: { answers: undefined, analyses: undefined } as never },
    {
      loopback: true,
      adminToken: null,
      publicRead: false,
      limits: { json: 2 ** 26, csv: 2 ** 28, cells: 1e7 },
      rateLimit: 600,
      corsOrigins: [],
      trustProxy: false,
      logLevel: "silent",
    },
  );
  const document = app.swagger();
  await app.close();
  return stringify(JSON.parse(JSON.stringify(document)), { aliasDuplicateObjects: false, lineWidth: 110 });
}
