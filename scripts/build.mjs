// Compiles src to dist where anything changed since the last build.
import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import "./generate.mjs";
import { upToDate } from "./stamp.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = ["src", "prisma", "tsconfig.json", "tsconfig.build.json", "package-lock.json"];

await upToDate({ root, stamp: "dist/.stamp", sources }, async () => {
  process.stderr.write("Building …\n");
  await rm(join(root, "dist"), { recursive: true, force: true });
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const run = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (run.status !== 0) throw new Error("the build failed; see above");
});
