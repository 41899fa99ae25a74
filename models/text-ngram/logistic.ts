import { seededRandom } from './random.ts';

/** Sparse rows one after the other: row r holds entries offsets[r] to offsets[r + 1]. */
export interface SparseRows {
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

export interface TrainingSet {
  readonly rows: SparseRows;
  /** rows x heads: 0 or 1, and the weight of each (0 = unknown, adds no loss). */
  readonly targets: Uint8Array;
  readonly weights: Float32Array;
}

export interface LogisticSettings {
  readonly buckets: number;
  readonly heads: number;
  readonly epochs: number;
  readonly alpha: number;
  readonly l1: number;
  readonly l2: number;
  readonly seed: number;
}

/** Learned weights, bucket-major (bucket * heads + head), and one intercept per head. */
export interface LogisticModel {
  readonly weights: Float32Array;
  readonly intercepts: Float32Array;
}

/**
 * Logistic heads over shared sparse features, by FTRL-Proximal (McMahan et al., "Ad click prediction: a view from the
 * trenches", KDD 2013, algorithm 1): per-coordinate rates and exact zeros. Unknown labels have weight 0.
 */
export function trainLogistic(set: TrainingSet, settings: LogisticSettings): LogisticModel {
  const { heads, buckets, alpha, l1, l2 } = settings;
  const beta = 1;
  const linear = new Float32Array(buckets * heads);
  const squares = new Float32Array(buckets * heads);
  const weights = new Float32Array(buckets * heads);
  const intercepts = new Float32Array(heads);
  const interceptSquares = new Float32Array(heads);
  const order = Uint32Array.from({ length: set.rows.offsets.length - 1 }, (_, index) => index);
  const random = seededRandom(settings.seed);
  const { offsets, indices, values } = set.rows;
  const gradient = new Float32Array(heads);
  const score = new Float32Array(heads);
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(random() * (last + 1));
      const held = order[last]!;
      order[last] = order[other]!;
      order[other] = held;
    }
    for (const row of order) {
      const from = offsets[row]!;
      const to = offsets[row + 1]!;
      for (let head = 0; head < heads; head += 1) score[head] = intercepts[head]!;
      for (let entry = from; entry < to; entry += 1) {
        const base = indices[entry]! * heads;
        const value = values[entry]!;
        for (let head = 0; head < heads; head += 1) score[head] = score[head]! + weights[base + head]! * value;
      }
      let any = false;
      for (let head = 0; head < heads; head += 1) {
        const weight = set.weights[row * heads + head]!;
        const error = 1 / (1 + Math.exp(-score[head]!)) - set.targets[row * heads + head]!;
        const step = weight * error;
        gradient[head] = step;
        if (step === 0) continue;
        any = true;
        interceptSquares[head] = interceptSquares[head]! + step * step;
        intercepts[head] = intercepts[head]! - (0.1 * step) / (1 + Math.sqrt(interceptSquares[head]!));
      }
      if (!any) continue;
      for (let entry = from; entry < to; entry += 1) {
        const base = indices[entry]! * heads;
        const value = values[entry]!;
        for (let head = 0; head < heads; head += 1) {
          const step = gradient[head]! * value;
          if (step === 0) continue;
          const place = base + head;
          const before = squares[place]!;
          const after = before + step * step;
          const root = Math.sqrt(after);
          const moved = linear[place]! + step - ((root - Math.sqrt(before)) / alpha) * weights[place]!;
          squares[place] = after;
          linear[place] = moved;
          weights[place] =
            moved > l1
              ? (l1 - moved) / ((beta + root) / alpha + l2)
              : moved < -l1
                ? (-l1 - moved) / ((beta + root) / alpha + l2)
                : 0;
        }
      }
    }
  }
  return { weights, intercepts };
}
