import { logit, sigmoid } from '#engine/fuse.ts';
import type { Score } from './scoring.ts';

/**
 * A probability moved in logits so that the operating point lies at 0.5: sigmoid(logit(p) - logit(operatingPoint)). Order is kept, and 0,
 * which says that nothing was found, stays 0.
 */
export const alignedTo = (operatingPoint: number, probability: number): number =>
  probability === 0 ? 0 : sigmoid(logit(probability) - logit(operatingPoint));

/** Where nothing is recommended. */
const defaultOperatingPoint = 0.5;

/** The recommended point of a name; names from outside are not looked for in the prototype. */
export const operatingPointOf = (points: Readonly<Record<string, number>>, name: string): number =>
  Object.hasOwn(points, name) ? (points[name] ?? defaultOperatingPoint) : defaultOperatingPoint;

export const scoreOf = (
  status: Score['status'],
  operatingPoint: number,
  found: { readonly probability: number; readonly kinds: Score['kinds'] } = { probability: 0, kinds: [] },
): Score => {
  const { probability, kinds } = status === 'ok' ? found : { probability: 0, kinds: [] };
  return { status, probability, operatingPoint, aligned: alignedTo(operatingPoint, probability), kinds };
};
