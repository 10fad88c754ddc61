import { LRUCache } from "lru-cache";

interface Bounds<V> {
  /** How many values, or how many bytes as `sizeOf` counts them. */
  readonly max: number;
  readonly sizeOf?: (value: V) => number;
  /** Milliseconds after which a value is read again; 0, the default: never. */
  readonly freshFor?: number;
}

interface Kept<V> {
  readonly value: V;
}

/**
 * What was read from the database, kept in memory. An absence is never kept: another process may fill it.
 * A value that was forgotten while it was being read is not kept either, since it may be older than the
 * write that forgot it.
 */
export class ReadThrough<V extends {}> {
  readonly #kept: LRUCache<string, Kept<V>>;
  readonly #reading = new Map<string, Promise<V | null>>();

  constructor({ max, sizeOf, freshFor: ttl = 0 }: Bounds<V>) {
    this.#kept =
      sizeOf === undefined
        ? new LRUCache({ max, ttl })
        : new LRUCache({ maxSize: max, ttl, sizeCalculation: ({ value }) => sizeOf(value) });
  }

  /** Never waits: for use inside a transaction, where waiting for another reader would be a deadlock. */
  peek(key: string): V | null {
    return this.#kept.get(key)?.value ?? null;
  }

  get(key: string, read: () => Promise<V | null>): Promise<V | null> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return Promise.resolve(kept.value);
    return this.#reading.get(key) ?? this.#read(key, read);
  }

  keep(key: string, value: V): void {
    this.#kept.set(key, { value });
  }

  forget(key: string): void {
    this.#kept.delete(key);
    this.#reading.delete(key);
  }

  #read(key: string, read: () => Promise<V | null>): Promise<V | null> {
    const reading = read()
      .then((value) => {
        if (value !== null && this.#reading.get(key) === reading) this.keep(key, value);
        return value;
      })
      .finally(() => {
        if (this.#reading.get(key) === reading) this.#reading.delete(key);
      });
    this.#reading.set(key, reading);
    return reading;
  }
}
