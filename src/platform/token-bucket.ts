/** So many a minute, with a burst of at most a tenth of a minute's. Times are milliseconds of one clock. */
export class TokenBucket {
  readonly #perMillisecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perMinute: number, now: number) {
    this.#perMillisecond = perMinute / 60_000;
    this.#burst = Math.max(1, perMinute / 10);
    this.#tokens = this.#burst;
    this.#at = now;
  }

  /** Takes one. The answer is how long to wait before going ahead; where that is longer than `patienceMs`, nothing is taken. */
  take(now: number, patienceMs: number): number | 'too_long' {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perMillisecond);
    // Also backwards: a clock that was set back must not keep everybody waiting until it has caught up.
    this.#at = now;
    const wait = this.#tokens >= 1 ? 0 : (1 - this.#tokens) / this.#perMillisecond;
    if (wait > patienceMs) return 'too_long';
    this.#tokens -= 1;
    return wait;
  }
}
