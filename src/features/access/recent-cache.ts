import { LRUCache } from 'lru-cache';

interface Remembered<Value> {
  readonly value: Value | null;
  readonly readAtMs: number;
}

/**
 * Remembers what the database said of a credential, for `maximumAgeMs` at most, and shares one read among all who ask for the same
 * at once. What is not there is remembered as well, so that a wrong key sent a thousand times is looked up once.
 */
export class RecentCache<Value extends object> {
  readonly #entries: LRUCache<string, Remembered<Value>>;
  readonly #reading = new Map<string, Promise<Value | null>>();
  readonly #read: (key: string) => Promise<Value | null>;
  readonly #maximumAgeMs: number;
  #generation = 0;

  constructor(options: {
    readonly read: (key: string) => Promise<Value | null>;
    readonly maximumAgeMs: number;
    readonly maximumEntries: number;
  }) {
    this.#read = options.read;
    this.#maximumAgeMs = options.maximumAgeMs;
    this.#entries = new LRUCache({ max: options.maximumEntries });
  }

  /** What is remembered and not too old; undefined if it has to be read. */
  peek(key: string, nowMs: number): Value | null | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const age = nowMs - entry.readAtMs;
    return age >= 0 && age < this.#maximumAgeMs ? entry.value : undefined;
  }

  /** The value, read if need be. */
  get(key: string, nowMs: number): Promise<Value | null> {
    const known = this.peek(key, nowMs);
    if (known !== undefined) return Promise.resolve(known);
    const reading = this.#reading.get(key);
    if (reading !== undefined) return reading;
    const generation = this.#generation;
    const started = this.#read(key)
      .then((value) => {
        // A read that began before something was forgotten may have seen the state from before: good for its askers, not to keep.
        if (generation === this.#generation) this.#entries.set(key, { value, readAtMs: nowMs });
        return value;
      })
      .finally(() => {
        if (this.#reading.get(key) === started) this.#reading.delete(key);
      });
    this.#reading.set(key, started);
    return started;
  }

  /** Forgets every value that `isMeant` says yes to, and whatever is being read. */
  forget(isMeant: (value: Value) => boolean): void {
    this.#generation += 1;
    this.#reading.clear();
    for (const [key, { value }] of this.#entries.entries()) {
      if (value === null || isMeant(value)) this.#entries.delete(key);
    }
  }
}
