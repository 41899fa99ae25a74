export interface GateOptions {
  /** Whoever finds so many waiting is turned away; nobody is unless given. */
  readonly maximumWaiting?: number;
  /** What `run` rejects with then. */
  readonly refusal?: () => Error;
}

/** Lets so many in at a time; the others wait for their turn, first come first served. */
export class Gate {
  readonly #places: number;
  readonly #maximumWaiting: number;
  readonly #refusal: () => Error;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(
    places: number,
    { maximumWaiting = Number.POSITIVE_INFINITY, refusal = () => new Error('too many are waiting') }: GateOptions = {},
  ) {
    this.#places = places;
    this.#maximumWaiting = maximumWaiting;
    this.#refusal = refusal;
  }

  /** Resolves to the function that leaves again (once; later calls do nothing), or to why there was no way in. Never rejects. */
  async enter(abort?: AbortSignal): Promise<(() => void) | 'full' | 'aborted'> {
    if (abort?.aborted === true) return 'aborted';
    if (this.#inside >= this.#places) {
      if (this.#waiting.length >= this.#maximumWaiting) return 'full';
      if ((await this.#turn(abort)) === 'aborted') return 'aborted';
    } else this.#inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      // The place is handed on, so that nobody who comes later gets in between.
      if (next === undefined) this.#inside -= 1;
      else next();
    };
  }

  /**
   * Does the work inside.
   * @throws the refusal where too many wait, the signal's reason where it is aborted while waiting, and what the work throws
   */
  async run<Value>(work: () => Promise<Value>, abort?: AbortSignal): Promise<Value> {
    const leave = await this.enter(abort);
    if (leave === 'full') throw this.#refusal();
    if (leave === 'aborted') throw abort?.reason;
    try {
      return await work();
    } finally {
      leave();
    }
  }

  #turn(abort: AbortSignal | undefined): Promise<'go' | 'aborted'> {
    return new Promise((resolve) => {
      const go = (): void => {
        abort?.removeEventListener('abort', giveUp);
        resolve('go');
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        resolve('aborted');
      };
      abort?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(go);
    });
  }
}
