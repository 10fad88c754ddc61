/** What runs on a thread: the steps of a computation. Refusals are values, since an error loses its fields on the way. */
import { setPriority } from "node:os";
import type { Content } from "../analysis/ask.js";
import { computePart, finish as finishAnswer, prepare as prepareWork } from "../analysis/computation.js";
import { failureOf } from "./failure.js";
import { type PackedContent, unpacked } from "./packed-content.js";
import type { Done, Step } from "./steps.js";

// Linux sets it for the calling thread alone: the event loop comes first where there are fewer cores than threads.
if (process.platform === "linux") setPriority(5);

export function prepare({ inquiry, content }: Step["prepare"]["task"]): Done<Step["prepare"]["result"]> {
  return done(() => prepareWork(inquiry, contentOf(content)));
}

export function part({ work, part: number }: Step["part"]["task"]): Done<null> {
  return done(() => {
    computePart(work, number);
    return null;
  });
}

export function finish({ inquiry, content, work }: Step["finish"]["task"]): Done<Uint8Array> {
  return done(() => finishAnswer(inquiry, contentOf(content), work));
}

function done<T>(step: () => T): Done<T> {
  try {
    return { value: step() };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    return { failure };
  }
}

/** Questions come in bunches about the same matrix. */
const MOST_KEPT = 2;
const kept = new Map<string, Content>();

function contentOf(content: PackedContent): Content {
  const known = kept.get(content.digest) ?? unpacked(content);
  kept.delete(content.digest);
  kept.set(content.digest, known);
  for (const digest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(digest);
  return known;
}
