import type { PartKind } from '#contracts/item.ts';
import { calibrateAttribute } from '#engine/calibrate.ts';
import type { CalibrationSet } from '#engine/ports/calibration.ts';
import type { Detector } from '#engine/ports/detector.ts';
import type { Findings } from './category-score.ts';
import { isTextModel, outcomeOf } from './looked-at.ts';
import { scoreOf } from './score.ts';
import type { Score } from './scoring.ts';

/** What text models may say of a text beside the categories. */
export const attributeNames = [
  'toxicity',
  'severe_toxicity',
  'insult',
  'profanity',
  'threat',
  'identity_attack',
] as const;

/** Whether the detector gives the attribute; its calibration says so. One without calibrated attributes may give any. */
const mayGive = (calibrations: CalibrationSet, { id, version }: Detector, attribute: string): boolean => {
  const known = calibrations(id, version)?.attributes;
  return known === undefined || Object.hasOwn(known, attribute);
};

/** The score of an attribute: the highest over texts and models. */
export const attributeScore = (
  attribute: string,
  operatingPoint: number,
  { parts, find, detectors, blankText }: Findings,
  calibrations: CalibrationSet,
): Score => {
  const kinds = new Set<PartKind>();
  let probability = 0;
  let unavailable = false;
  let otherLanguage = false;
  const models = detectors.filter(isTextModel).filter((detector) => mayGive(calibrations, detector, attribute));
  for (const { id: partId, sentAs } of parts.filter(({ kind }) => kind === 'text')) {
    for (const { id, version } of models) {
      const signal = find(id, partId);
      const outcome = outcomeOf(signal);
      if (outcome === 'unavailable') unavailable = true;
      else if (outcome === 'language') otherLanguage = true;
      const raw = outcome === 'ok' ? signal?.attributes[attribute] : undefined;
      if (typeof raw !== 'number') continue;
      kinds.add(sentAs);
      probability = Math.max(probability, calibrateAttribute(calibrations, id, version, attribute, raw));
    }
  }
  if (unavailable) return scoreOf('unavailable', operatingPoint);
  if (kinds.size === 0 && otherLanguage) return scoreOf('not_applicable', operatingPoint);
  const gives = ({ id, version }: Detector): boolean =>
    calibrations(id, version)?.attributes?.[attribute] !== undefined;
  if (blankText && models.some(gives)) kinds.add('text');
  return kinds.size === 0
    ? scoreOf('not_assessed', operatingPoint)
    : scoreOf('ok', operatingPoint, { probability, kinds: [...kinds] });
};
