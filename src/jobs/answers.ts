import { LRUCache } from "lru-cache";
import { answerOf, keyOf } from "../analysis/computation.js";
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
    const { question, class: className, options, revision } = asked;
    const key = keyOf({ question: question.name, class: className, options }, revision.digest);
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
    const inquiry = { question: question.name, class: className, options };
    const json = Buffer.from(answerOf(inquiry, { digest: revision.digest, matrix }));
    this.#kept.set(key, json);
    return json;
  }
}
