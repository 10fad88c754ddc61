import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { figure } from "./spawned.js";

// The steps install from the registry, so they are a long form; a plain run checks the files that they would copy.
const FULL = process.env.FULL !== undefined;
const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

test("Every file that the Dockerfile copies exists and is let through by .dockerignore", () => {
  const allowed = readFileSync(path(".dockerignore"), "utf8");
  const copied = readFileSync(path("Dockerfile"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
    .flatMap((line) => line.split(" ").slice(1, -1));
  expect(copied.length).toBeGreaterThan(5);
  for (const name of copied) {
    expect(existsSync(path(name)), name).toBe(true);
    expect(allowed.split("\n"), name).toContain(`!${name}`);
  }
});

if (FULL) {
  test("The Dockerfile's own steps make a service that posts, answers, asks for a token, and stops with 0", {
    timeout: 300_000,
  }, () => {
    const run = spawnSync("bash", [path("scripts/image-steps.sh")], { encoding: "utf8" });
    expect(run.stdout, run.stderr).toContain(
      "posted: 201, asked: 200, without a token: 401, exit after SIGTERM: 0",
    );
    expect(run.status).toBe(0);
    figure(run.stdout.trim());
  });
} else {
  console.log(
    "left out: the Dockerfile's own steps, which install from the npm registry (30 s): FULL is not set",
  );
}
