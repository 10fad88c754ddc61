import { closeSync, fsyncSync, openSync } from "node:fs";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type PostgresModule = Parameters<NodeFS["init"]>[1];

/** Of Emscripten's node file system, what is needed here. */
interface NodeFileSystem {
  readonly stream_ops: { fsync?: (stream: Stream) => number };
  realPath(node: unknown): string;
}

interface Stream {
  /** Node's file descriptor; a directory has none. */
  readonly nfd?: number;
  readonly node: unknown;
}

/** WASI's EIO, which PostgreSQL takes as it takes the kernel's: it stops rather than acknowledge. */
const INPUT_OUTPUT_ERROR = 29;

/** Emscripten's file system on Node has no fsync and says that all is well: this one has. */
export class DurableNodeFs extends NodeFS {
  override async init(pg: PGlite, options: PostgresModule) {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = [emscriptenOpts.preRun ?? []].flat();
    const addFsync = (module: unknown) => {
      const { NODEFS } = module as { NODEFS: NodeFileSystem };
      NODEFS.stream_ops.fsync = (stream) => flush(stream.nfd, () => NODEFS.realPath(stream.node));
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...preRun, addFsync] } };
  }
}

function flush(descriptor: number | undefined, path: () => string): number {
  try {
    if (descriptor === undefined) flushPath(path());
    else fsyncSync(descriptor);
    return 0;
  } catch {
    return INPUT_OUTPUT_ERROR;
  }
}

/** A directory's entries, a rename among them, are on disk only after this. */
export function flushPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
