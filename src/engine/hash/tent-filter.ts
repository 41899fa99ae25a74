/** For each sample: which pixels of one axis count for it, and how much. Weights of a sample sum to 1. */
export interface AxisFilter {
  /** First pixel of each sample; never decreases from one sample to the next. */
  readonly first: Int32Array;
  /** Where the weights of each sample begin in `weights`; one entry more than samples. */
  readonly offset: Int32Array;
  readonly weights: Float64Array;
}

/** The pixels that a box of `size` around `centre` covers, cut off at the edges; a box of even size reaches one further to the right. */
const boxAround = (centre: number, size: number, length: number): { readonly start: number; readonly end: number } => {
  const right = (size + 2) >> 1;
  return { start: Math.max(0, centre - (size - right)), end: Math.min(length, centre + right) };
};

/**
 * What PDQ's down-sampling does along one axis, as weights: a box filter of `ceil(length / (2 * samples))` pixels run twice, each time
 * averaging only what lies inside the picture, then the pixel at each sample's centre. Filters along rows and along columns do not disturb
 * each other, so two of these give the same as the four passes over the whole picture. Source: the paper that pdq.ts names, and for the
 * boxes' placement in ThreatExchange's pdq/cpp/downscaling.
 *
 * @param length pixels along the axis, at least 1.
 */
export const tentFilter = (length: number, samples: number): AxisFilter => {
  const size = Math.ceil(length / (2 * samples));
  const first = new Int32Array(samples);
  const offset = new Int32Array(samples + 1);
  const weights: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const outer = boxAround(Math.floor(((sample + 0.5) * length) / samples), size, length);
    const start = boxAround(outer.start, size, length).start;
    const end = boxAround(outer.end - 1, size, length).end;
    const taps = new Float64Array(end - start);
    for (let centre = outer.start; centre < outer.end; centre += 1) {
      const inner = boxAround(centre, size, length);
      const share = 1 / ((outer.end - outer.start) * (inner.end - inner.start));
      for (let pixel = inner.start; pixel < inner.end; pixel += 1) taps[pixel - start]! += share;
    }
    first[sample] = start;
    offset[sample] = weights.length;
    for (const tap of taps) weights.push(tap);
  }
  offset[samples] = weights.length;
  return { first, offset, weights: Float64Array.from(weights) };
};
