import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { peerInput, type ScoreTable } from "../score-table.js";

const execute = promisify(execFile);
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** What a peer found: milliseconds of the computation alone, and of each target its percentile interval. */
export interface PeerRun {
  readonly ms: number;
  readonly bounds: readonly (readonly [low: number, high: number, usable: number] | null)[];
}

export interface Peer {
  readonly name: string;
  readonly version: string;
  run(table: ScoreTable, resamples: number, seed: number): Promise<PeerRun>;
}

/** The name of each program, and how it is built or called. The reference of each language comes first. */
const C_BUILDS = { "C -O3 -march=native": ["-O3", "-march=native"], "C -O2": ["-O2"] };
const NUMPY_METHODS = { "numpy, counting": "count", "numpy, sorting": "sort" };

/** C programs, compiled into `folder`; none, with a message, where there is no compiler. */
export async function cPeers(folder: string): Promise<Peer[]> {
  const compiler = process.env.CC ?? "cc";
  const version = await firstLine(compiler, ["--version"]);
  if (version === null) {
    console.warn(`left out: the C peer (${compiler} is not here)`);
    return [];
  }
  return Promise.all(
    Object.entries(C_BUILDS).map(async ([name, flags], k) => {
      const program = join(folder, `bootstrap-${k}`);
      await execute(compiler, ["-std=c11", ...flags, here("bootstrap.c"), "-o", program, "-lm"]);
      return { name, version, run: runner(folder, [program], []) };
    }),
  );
}

/** numpy programs, with Debian's numpy before another; none, with a message, where there is no numpy. */
export async function numpyPeers(folder: string): Promise<Peer[]> {
  for (const python of process.env.PYTHON ? [process.env.PYTHON] : ["/usr/bin/python3", "python3"]) {
    const version = await firstLine(python, [
      "-c",
      "import numpy, platform; print('numpy', numpy.__version__, 'Python', platform.python_version())",
    ]);
    if (version === null) continue;
    return Object.entries(NUMPY_METHODS).map(([name, method]) => ({
      name,
      version: `${version} (${python})`,
      run: runner(folder, [python, "-B", here("bootstrap.py")], [method]),
    }));
  }
  console.warn(
    "left out: the numpy peers (no python3 with numpy: apt-get install python3-numpy, or set PYTHON)",
  );
  return [];
}

function runner(
  folder: string,
  [program, ...before]: readonly string[],
  after: readonly string[],
): Peer["run"] {
  return async (table, resamples, seed) => {
    const input = join(folder, "peer-input");
    await writeFile(input, peerInput(table, resamples, seed));
    const { stdout } = await execute(program as string, [...before, input, ...after], {
      maxBuffer: 2 ** 26,
      timeout: 600_000,
    });
    const { seconds, bounds } = JSON.parse(stdout) as { seconds: number; bounds: PeerRun["bounds"] };
    return { ms: seconds * 1000, bounds };
  };
}

async function firstLine(program: string, args: readonly string[]): Promise<string | null> {
  return execute(program, args).then(
    ({ stdout }) => stdout.split("\n")[0] as string,
    () => null,
  );
}
