import { hasParts, type Inquiry } from "../analysis/computation.js";
import type { PackedContent } from "./packed-content.js";
import type { ThreadPool } from "./thread-pool.js";

interface Computing {
  readonly inquiry: Inquiry;
  readonly content: PackedContent;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** The steps of a computation. It has no more parts under way than there are threads, so that several share them fairly. */
export async function compute(
  pool: ThreadPool,
  { inquiry, content, signal, onProgress }: Computing,
): Promise<Uint8Array> {
  const { parts, work } = hasParts(inquiry)
    ? await pool.run("prepare", { inquiry, content }, signal)
    : { parts: 0, work: null };
  if (work !== null) {
    let next = 0;
    let done = 0;
    const takeParts = async () => {
      while (next < parts) {
        const part = next;
        next += 1;
        await pool.run("part", { work, part }, signal);
        done += 1;
        onProgress(done / (parts + 1));
      }
    };
    await Promise.all(Array.from({ length: pool.threads }, takeParts));
  }
  return pool.run("finish", { inquiry, content, work }, signal);
}
