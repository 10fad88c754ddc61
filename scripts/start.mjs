// Builds if the build is missing or stale, then serves in this same process, so that signals reach it.
import { existsSync } from "node:fs";

// An image ships dist without the compiler or its sources: there is nothing to build there.
if (existsSync(new URL("../tsconfig.build.json", import.meta.url))) await import("./build.mjs");
await import("../dist/main.js");
