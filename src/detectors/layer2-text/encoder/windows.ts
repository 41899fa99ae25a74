/** Tokens of a text that the model reads at once: a stretch [from, to). */
export interface TokenWindow {
  readonly from: number;
  readonly to: number;
}

/** Sizes in tokens, special ones not counted. */
export interface WindowSizes {
  readonly size: number;
  readonly overlap: number;
}

/** Windows that are read of a text, at most. */
export const MOST_WINDOWS = 16;

/** How many windows a text of so many tokens has; none where it has no tokens. */
export const windowCount = (tokens: number, { size, overlap }: WindowSizes): number => {
  if (tokens === 0) return 0;
  return tokens <= size ? 1 : Math.ceil((tokens - size) / (size - overlap)) + 1;
};

/** A window by its place, from 0. The last one ends with the last token and may overlap more. */
export const windowAt = (place: number, tokens: number, { size, overlap }: WindowSizes): TokenWindow => {
  const from = Math.min(place * (size - overlap), Math.max(0, tokens - size));
  return { from, to: Math.min(from + size, tokens) };
};

/** The token that the offset lies in, or else the next one; the last one behind all. */
const tokenAt = (ends: Int32Array, offset: number): number => {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > offset) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Of the windows that hold the token, the one that has it closest to its middle. */
const windowAround = (token: number, tokens: number, sizes: WindowSizes): number => {
  const count = windowCount(tokens, sizes);
  const step = sizes.size - sizes.overlap;
  const first = Math.max(0, Math.floor((token - sizes.size) / step));
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let place = first; place <= Math.min(count - 1, Math.ceil(token / step)); place += 1) {
    const { from, to } = windowAt(place, tokens, sizes);
    const distance = Math.abs((from + to - 1) / 2 - token);
    if (token < from || token >= to || distance >= least) continue;
    least = distance;
    best = place;
  }
  return best < 0 ? count - 1 : best;
};

/**
 * Which windows of a text are read, in order of interest: those around the hints, the first, the last, and others evenly spread.
 * @param ends where each token ends in the text, UTF-16 offsets, ascending
 * @param hints offsets in the text that look suspicious, most suspicious first; those that are no offsets are passed over
 * @returns places of windows, each once, `most` at most
 */
export const chosenWindows = (
  ends: Int32Array,
  hints: readonly number[],
  sizes: WindowSizes,
  most: number = MOST_WINDOWS,
): number[] => {
  const tokens = ends.length;
  const count = windowCount(tokens, sizes);
  if (count <= most) return Array.from({ length: count }, (_, place) => place);
  const chosen = new Set<number>();
  const choose = (place: number): void => {
    if (chosen.size < most) chosen.add(place);
  };
  for (const hint of hints) {
    if (chosen.size >= most) break;
    if (hint >= 0) choose(windowAround(tokenAt(ends, hint), tokens, sizes));
  }
  choose(0);
  choose(count - 1);
  const rest = most - chosen.size;
  for (let index = 1; index <= rest; index += 1) choose(Math.round((index * (count - 1)) / (rest + 1)));
  // Some of those were chosen already: what is left goes to the first that are not.
  for (let place = 0; place < count && chosen.size < most; place += 1) choose(place);
  return [...chosen];
};
