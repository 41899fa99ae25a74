/** Runs at most so many pieces of work at a time; the others wait for their turn, first come first served. */
export type Gate = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** @param full What whoever finds `maximumWaiting` others waiting is refused with; nobody is refused unless given. */
export const createGate = (
  places: number,
  full?: { readonly maximumWaiting: number; readonly refusal: () => Error },
): Gate => {
  let taken = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (full !== undefined && waiting.length >= full.maximumWaiting) throw full.refusal();
    if (taken >= places) await new Promise<void>((go) => waiting.push(go));
    else taken += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next one directly, so that nobody who comes later gets in between.
      const next = waiting.shift();
      if (next === undefined) taken -= 1;
      else next();
    }
  };
};
