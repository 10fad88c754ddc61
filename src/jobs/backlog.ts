/** Keys that wait for a process with a thread to spare. It only delivers them: who computes what is in the claims. */
export interface Backlog {
  offer(keys: readonly string[]): Promise<void>;
  /** Up to so many keys, each to one process only. */
  fetch(most: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Within the only process that there is. */
export class OwnBacklog implements Backlog {
  readonly #keys = new Set<string>();

  async offer(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#keys.add(key);
  }

  async fetch(most: number): Promise<readonly string[]> {
    const keys = [...this.#keys].slice(0, most);
    for (const key of keys) this.#keys.delete(key);
    return keys;
  }

  async close(): Promise<void> {}
}
