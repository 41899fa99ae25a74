const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The pause after each failed try: ten tries over about a day, then the delivery is given up. */
export const retryDelaysMs: readonly number[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  3 * hour,
  7 * hour,
  12 * hour,
];

/** The longest wait that a receiver can ask for by Retry-After. */
const longestRetryAfterMs = hour;
/** Pauses differ by up to a fifth either way, so that what failed together does not come back together. */
const jitter = 0.2;

/**
 * How long to wait after the `tries`-th failed try, milliseconds; undefined where that was the last one.
 *
 * @param retryAfterMs what the receiver asked for, if it did: waited for at least, up to an hour
 * @param random 0 to 1
 */
export const pauseAfter = (
  tries: number,
  {
    retryAfterMs,
    random,
    delaysMs = retryDelaysMs,
  }: { readonly retryAfterMs: number | null; readonly random: number; readonly delaysMs?: readonly number[] },
): number | undefined => {
  const delay = delaysMs[tries - 1];
  if (delay === undefined) return undefined;
  const pause = delay * (1 - jitter + 2 * jitter * random);
  return Math.round(Math.max(pause, Math.min(retryAfterMs ?? 0, longestRetryAfterMs)));
};
