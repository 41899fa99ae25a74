import type { Category } from '#contracts/category.ts';
import type { CalibrationSet, PiecewiseCalibration } from './ports/calibration.ts';

/**
 * Maps a raw score to a probability along straight lines between the points; constant outside them.
 * @param raw score, 0..1
 * @returns probability, 0..1
 */
export const applyPiecewise = ({ points }: PiecewiseCalibration, raw: number): number => {
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined) return raw;
  if (raw <= first[0]) return first[1];
  if (raw >= last[0]) return last[1];
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= raw) low = middle;
    else high = middle;
  }
  const [x0, y0] = points[low]!;
  const [x1, y1] = points[high]!;
  return x1 === x0 ? Math.max(y0, y1) : y0 + ((raw - x0) / (x1 - x0)) * (y1 - y0);
};

const calibrated = (calibration: PiecewiseCalibration | undefined, raw: number): number =>
  calibration === undefined ? raw : Math.min(1, Math.max(0, applyPiecewise(calibration, raw)));

/** The calibrated probability of a detector's raw score; a category without a calibration keeps its raw score. */
export const calibrate = (
  calibrations: CalibrationSet,
  detector: string,
  version: string,
  category: Category,
  raw: number,
): number => calibrated(calibrations(detector, version)?.categories[category], raw);

/** The same for an attribute, such as `toxicity`. */
export const calibrateAttribute = (
  calibrations: CalibrationSet,
  detector: string,
  version: string,
  attribute: string,
  raw: number,
): number => calibrated(calibrations(detector, version)?.attributes?.[attribute], raw);

/** Whether a calibration is usable: raw scores ascending, probabilities never falling, all within 0..1. */
export const isMonotone = ({ points }: PiecewiseCalibration): boolean =>
  points.length > 0 &&
  points.every(([raw, probability], index) => {
    const previous = points[index - 1];
    const inside = raw >= 0 && raw <= 1 && probability >= 0 && probability <= 1;
    return inside && (previous === undefined || (raw >= previous[0] && probability >= previous[1]));
  });
