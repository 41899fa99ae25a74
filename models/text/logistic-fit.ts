/** Keeps logits finite (about +-11.5). */
const EPSILON = 1e-5;

export function bounded(probability: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, probability));
}

export function logit(probability: number): number {
  const p = bounded(probability);
  return Math.log(p / (1 - p));
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

export interface LogisticFit {
  /** One per feature, none below 0. */
  readonly weights: readonly number[];
  readonly bias: number;
}

const ROUNDS = 500;
const STEP = 0.5;

/**
 * Weighted logistic regression with weights that may not fall below 0 nor rise above `most`: coordinate steps by gradient and curvature
 * (diagonal Newton), each clipped to its bounds. Few features, so this converges within the rounds.
 * @param features rows by features @param labels 0 or 1 @param importance weight of each row in the loss
 */
export function fitLogistic(
  features: readonly (readonly number[])[],
  labels: readonly number[],
  importance: readonly number[],
  most: readonly number[],
): LogisticFit {
  const count = most.length;
  const weights = most.map((limit) => Math.min(1, limit));
  let bias = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = new Float64Array(count + 1);
    const curvature = new Float64Array(count + 1).fill(1e-6);
    features.forEach((row, index) => {
      const sum = row.reduce((total, value, place) => total + value * weights[place]!, bias);
      const p = sigmoid(sum);
      const error = (labels[index]! - p) * importance[index]!;
      const curve = p * (1 - p) * importance[index]!;
      row.forEach((value, place) => {
        gradient[place]! += error * value;
        curvature[place]! += curve * value * value;
      });
      gradient[count]! += error;
      curvature[count]! += curve;
    });
    for (let place = 0; place < count; place += 1) {
      const moved = weights[place]! + (STEP * gradient[place]!) / curvature[place]!;
      weights[place] = Math.min(most[place]!, Math.max(0, moved));
    }
    bias += (STEP * gradient[count]!) / curvature[count]!;
  }
  return { weights, bias };
}
