/** Weights as int8, one scale per head: weight = int8 * scale. */
export interface QuantisedWeights {
  readonly weights: Int8Array;
  readonly scales: number[];
}

/** Weights beyond this share of the largest are so rare that clipping them costs less than a coarser scale for all. */
const KEPT_SHARE = 0.99995;

/** Symmetric per-head quantisation to int8 with clipping of the rarest large weights. */
export function quantise(weights: Float32Array, heads: number): QuantisedWeights {
  const buckets = weights.length / heads;
  const quantised = new Int8Array(weights.length);
  const scales: number[] = [];
  for (let head = 0; head < heads; head += 1) {
    const sizes = Float32Array.from({ length: buckets }, (_, bucket) =>
      Math.abs(weights[bucket * heads + head] ?? 0),
    ).sort();
    const limit = sizes[Math.min(buckets - 1, Math.floor(buckets * KEPT_SHARE))] || 1;
    const scale = limit / 127;
    scales.push(scale);
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const level = Math.round((weights[bucket * heads + head] ?? 0) / scale);
      quantised[bucket * heads + head] = Math.max(-127, Math.min(127, level));
    }
  }
  return { weights: quantised, scales };
}
