/** At most so many at once; a few more may wait, the rest are turned away. */
export class Gate {
  readonly #limit: number;
  readonly #maximumWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(limit: number, maximumWaiting: number) {
    this.#limit = limit;
    this.#maximumWaiting = maximumWaiting;
  }

  /** Resolves to the function that leaves again, or to why there was no way in. */
  async enter(abort: AbortSignal): Promise<(() => void) | 'full' | 'aborted'> {
    if (abort.aborted) return 'aborted';
    if (this.#inside >= this.#limit) {
      if (this.#waiting.length >= this.#maximumWaiting) return 'full';
      const turn = await new Promise<'go' | 'aborted'>((resolve) => {
        const go = (): void => {
          abort.removeEventListener('abort', leave);
          resolve('go');
        };
        const leave = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(go), 1);
          resolve('aborted');
        };
        abort.addEventListener('abort', leave, { once: true });
        this.#waiting.push(go);
      });
      if (turn === 'aborted') return 'aborted';
    } else this.#inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      // The place is handed on, so that nobody slips in between.
      if (next === undefined) this.#inside -= 1;
      else next();
    };
  }
}
