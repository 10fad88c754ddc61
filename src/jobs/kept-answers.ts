import { LRUCache } from "lru-cache";
import type { AnalysisStore } from "../store/store.js";

/** Answers as bytes: in memory, least recently used going first, and behind it the store's. */
export class KeptAnswers {
  readonly #memory: LRUCache<string, Buffer>;
  readonly #store: Pick<AnalysisStore, "answer">;

  constructor(store: Pick<AnalysisStore, "answer">, bytes: number) {
    this.#store = store;
    this.#memory = new LRUCache({ maxSize: bytes, sizeCalculation: (json) => json.byteLength + 200 });
  }

  async get(key: string): Promise<Buffer | null> {
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const stored = await this.#store.answer(key);
    if (stored === null) return null;
    const json = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
    this.keep(key, json);
    return json;
  }

  keep(key: string, json: Buffer): void {
    this.#memory.set(key, json);
  }
}
