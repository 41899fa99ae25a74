/** Seconds in a window, each its own bucket. */
const windowSeconds = 60;

/**
 * Counts requests over the last 60 seconds, in buckets of one second: a sliding window, exact to a second, in 240 bytes.
 * Each process counts what it answers itself.
 */
export class RateWindow {
  readonly #buckets = new Uint32Array(windowSeconds);
  #total = 0;
  #newest = 0;

  /** Takes one more request unless that were more than `limit`; answers 0, or the whole seconds until there is room again. */
  take(limit: number, nowMs: number): number {
    this.#advance(Math.floor(nowMs / 1_000));
    if (this.#total < limit) {
      this.#buckets[this.#newest % windowSeconds]! += 1;
      this.#total += 1;
      return 0;
    }
    return this.#secondsUntilBelow(limit);
  }

  #advance(second: number): void {
    const steps = second - this.#newest;
    // A clock that was set back does not give anybody more.
    if (steps <= 0) return;
    for (let step = 1; step <= Math.min(steps, windowSeconds); step += 1) {
      const index = (this.#newest + step) % windowSeconds;
      this.#total -= this.#buckets[index]!;
      this.#buckets[index] = 0;
    }
    this.#newest = second;
  }

  #secondsUntilBelow(limit: number): number {
    let remaining = this.#total;
    for (let step = 1; step <= windowSeconds; step += 1) {
      remaining -= this.#buckets[(this.#newest + step) % windowSeconds]!;
      if (remaining < limit) return step;
    }
    return windowSeconds;
  }
}
