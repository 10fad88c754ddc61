// Runs a step only when what it reads has changed: a digest of the sources stands beside its output.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Runs `make` unless the stamp already names the digest of all files under `sources`. */
export async function upToDate({ root, stamp, sources }, make) {
  const digest = await digestOf(root, sources);
  const path = join(root, stamp);
  const known = await readFile(path, "utf8").catch(() => "");
  if (known === digest) return;
  await make();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, digest);
}

async function digestOf(root, sources) {
  const hash = createHash("sha256").update(process.version);
  for (const source of sources) {
    for (const file of (await filesUnder(join(root, source))).sort()) {
      hash
        .update(file.slice(root.length))
        .update("\0")
        .update(await readFile(file));
    }
  }
  return hash.digest("hex");
}

async function filesUnder(path) {
  const found = await stat(path).catch(() => null);
  if (found === null) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const lists = entries
    .filter(({ name }) => name !== "generated")
    .map(({ name }) => filesUnder(join(path, name)));
  return (await Promise.all(lists)).flat();
}
