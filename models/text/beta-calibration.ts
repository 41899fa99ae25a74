import { bounded, fitLogistic, sigmoid } from './logistic-fit.ts';

export type Points = [raw: number, probability: number][];

const digits = (value: number): number => Math.round(value * 1e6) / 1e6;
/** Points from about 0.00001 to 0.99999, evenly spaced in logits: straight lines between them are close to the curve. */
const GRID = Array.from({ length: 65 }, (_, index) => sigmoid((index - 32) * 0.36));

/**
 * Beta calibration (Kull, Silva Filho and Flach, 2017): logit p = a ln s - b ln(1 - s) + c with a, b >= 0. Unlike isotonic regression it
 * rises everywhere, so no two scores become one and the order of texts is kept.
 * @param importance weight of each row
 */
export function fitBeta(scores: readonly number[], labels: readonly number[], importance: readonly number[]): Points {
  const features = scores.map((score) => [Math.log(bounded(score)), -Math.log(1 - bounded(score))]);
  const { weights, bias } = fitLogistic(features, labels, importance, [20, 20]);
  // Both at 0 would answer every text alike: a hair above keeps the order.
  const [a, b] = weights.map((weight) => Math.max(0.01, weight)) as [number, number];
  const points: Points = GRID.map((raw) => {
    const probability = sigmoid(a * Math.log(raw) - b * Math.log(1 - raw) + bias);
    return [digits(raw), digits(probability)];
  });
  return [[0, 0], ...points.filter(([raw], index) => raw > (points[index - 1]?.[0] ?? 0) && raw < 1), [1, 1]];
}
