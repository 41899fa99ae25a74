import type { Category } from '#contracts/category.ts';

/** A monotone map from raw score to probability: straight lines between points sorted by raw score, constant outside them. */
export interface PiecewiseCalibration {
  readonly kind: 'piecewise';
  readonly points: readonly (readonly [raw: number, probability: number])[];
}

/** Calibrations of one detector version by category and by attribute. What has none passes its raw score through. */
export interface DetectorCalibration {
  readonly detector: string;
  readonly version: string;
  readonly categories: Readonly<Partial<Record<Category, PiecewiseCalibration>>>;
  /** By attribute, such as `toxicity`. Where it is there, the detector gives exactly these as numbers. */
  readonly attributes?: Readonly<Partial<Record<string, PiecewiseCalibration>>>;
}

/** Looks up the calibration of a detector version; `undefined` where none is known. */
export type CalibrationSet = (detector: string, version: string) => DetectorCalibration | undefined;
