// Writes the Prisma client. Prisma's command line asks a download host for an engine that generating does
// not need; naming any executable as that engine keeps it offline.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { compileLanes } from "./compile-lanes.mjs";
import { upToDate } from "./stamp.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"];

await upToDate({ root, stamp: "src/store/generated/.stamp", sources }, () => {
  const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");
  const run = spawnSync(process.execPath, [prisma, "generate"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: "/bin/false",
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
  });
  if (run.status !== 0) throw new Error(`prisma generate failed:\n${run.stdout}${run.stderr}`);
});

const lanes = ["src/stats/kernel/lanes.as.ts", "scripts/compile-lanes.mjs", "package-lock.json"];
await upToDate({ root, stamp: "src/stats/kernel/generated/.stamp", sources: lanes }, () =>
  compileLanes(root),
);
