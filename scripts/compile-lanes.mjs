// Compiles the inner loops of src/stats/kernel to WebAssembly, as text in a module: tests, tsx and the build all import it.

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function compileLanes(root) {
  const folder = await mkdtemp(join(tmpdir(), "decorrelate-lanes-"));
  try {
    const binary = join(folder, "lanes.wasm");
    const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
    const flags = [
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--use",
      "abort=",
      "-o",
      binary,
    ];
    const source = join(root, "src/stats/kernel/lanes.as.ts");
    const run = spawnSync(process.execPath, [asc, source, ...flags], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`lanes.as.ts does not compile:\n${run.stdout}${run.stderr}`);
    const text = (await readFile(binary)).toString("base64");
    const target = join(root, "src/stats/kernel/generated");
    await mkdir(target, { recursive: true });
    await writeFile(
      join(target, "lanes.ts"),
      `/** Of lanes.as.ts, in base64. */\nexport const LANES_WASM =\n  "${text}";\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
