import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import { answerHead } from "../analysis/answer.js";
import { ask, optionsRead } from "../analysis/ask.js";
import { METHOD_VERSION } from "../analysis/method-version.js";
import type { ComputeOptions } from "../analysis/options.js";
import type { Question } from "../analysis/question.js";
import type { RevisionStore, RevisionSummary } from "../store/store.js";

/** An answer as it is sent: JSON without the matrix's name, under the key of what it depends on. */
export interface KeptAnswer {
  readonly key: string;
  readonly json: Buffer;
}

export interface Asked {
  readonly question: Question;
  readonly revision: RevisionSummary;
  readonly class: string;
  readonly options: ComputeOptions;
}

/**
 * Answers by key (question, digest, class, options read, method version): computed once, whoever asks, checked
 * against their schema once, and kept as bytes, least recently used going first.
 */
export class Answers {
  readonly #kept: LRUCache<string, Buffer>;
  readonly #underWay = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly revisions: Pick<RevisionStore, "matrix">,
    cacheBytes: number,
  ) {
    this.#kept = new LRUCache({ maxSize: cacheBytes, sizeCalculation: (json) => json.byteLength + 200 });
  }

  async get(asked: Asked): Promise<KeptAnswer> {
    const key = keyOf(asked);
    return { key, json: this.#kept.get(key) ?? (await this.#once(key, asked)) };
  }

  #once(key: string, asked: Asked): Promise<Buffer> {
    const running =
      this.#underWay.get(key) ?? this.#compute(key, asked).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, running);
    return running;
  }

  async #compute(key: string, { question, revision, class: className, options }: Asked): Promise<Buffer> {
    const matrix = await this.revisions.matrix(revision.matrix, revision.revision);
    const answer = ask(question, { digest: revision.digest, matrix }, className, options);
    const json = Buffer.from(JSON.stringify(answerSchema(question).parse(answer)));
    this.#kept.set(key, json);
    return json;
  }
}

/** The schema of a question's whole answer, but for the envelope that names the matrix. */
export function answerSchema(question: Question) {
  return z.strictObject({ ...answerHead, ...question.shape });
}

function keyOf({ question, revision, class: className, options }: Asked): string {
  const parts = [question.name, revision.digest, className, optionsRead(question, options), METHOD_VERSION];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 32);
}
