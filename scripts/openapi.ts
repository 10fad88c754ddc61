/** Writes openapi.yaml from the route schemas, or with --check fails when the file is stale. */
import { readFile, writeFile } from "node:fs/promises";
import { openapiYaml } from "./openapi-yaml.js";

const file = new URL("../openapi.yaml", import.meta.url);
const fresh = await openapiYaml();
if (!process.argv.includes("--check")) {
  await writeFile(file, fresh);
} else if ((await readFile(file, "utf8").catch(() => "")) !== fresh) {
  process.stderr.write("openapi.yaml is stale: run npm run openapi\n");
  process.exitCode = 1;
}
