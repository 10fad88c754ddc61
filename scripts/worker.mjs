// Builds if the build is missing or stale, then takes jobs in this same process, so that signals reach it.
import { existsSync } from "node:fs";

if (existsSync(new URL("../tsconfig.build.json", import.meta.url))) await import("./build.mjs");
await import("../dist/worker.js");
