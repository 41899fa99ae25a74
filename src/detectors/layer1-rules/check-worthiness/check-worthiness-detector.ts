import { readFileSync } from 'node:fs';
import type { Detector } from '#engine/ports/detector.ts';
import { createTextDetector } from '../text-detector.ts';
import { type CheckWorthinessModel, checkWorthinessOf, type Sentence, sentencesOf } from './check-worthiness.ts';
import { featureNames } from './surface-features.ts';

const shipped = new URL('../../../../models/check-worthiness/weights.json', import.meta.url);

/** From here on the sentence is pointed out to people. */
const pointedOut = 0.7;

const foundEvidence = (partId: string, { start, end }: Sentence, value: number) => ({
  kind: 'span' as const,
  partId,
  start,
  end,
  category: 'misinformation',
  label: 'worth checking',
  weight: value,
});

/**
 * The attribute `check_worthiness`, 0..1: how much the likeliest sentence looks like a claim of fact that somebody might want checked. It is no score
 * of any category and knows nothing of truth: rules may route by it (docs/guides/misinformation.md). English; elsewhere it means little.
 */
export const createCheckWorthinessDetector = (): Detector => {
  const model = JSON.parse(readFileSync(shipped, 'utf8')) as CheckWorthinessModel;
  const weights = Float64Array.from(featureNames, (name) => model.weights[name] ?? 0);
  return createTextDetector({
    id: 'check-worthiness',
    version: model.version,
    judges: [],
    inspect: ({ id, text }) => {
      let highest = 0;
      let where: Sentence | undefined;
      for (const sentence of sentencesOf(text)) {
        const value = checkWorthinessOf(text.slice(sentence.start, sentence.end), weights, model.intercept);
        if (value > highest) {
          highest = value;
          where = sentence;
        }
      }
      const value = Math.round(highest * 1_000) / 1_000;
      return {
        scores: {},
        attributes: { check_worthiness: value },
        evidence: where !== undefined && value >= pointedOut ? [foundEvidence(id, where, value)] : [],
      };
    },
  });
};
