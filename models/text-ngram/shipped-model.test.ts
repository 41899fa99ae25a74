import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Classifier, createClassifier } from '#detectors/layer2-text/classify.ts';
import { loadNgramModel, type NgramModel } from '#detectors/layer2-text/ngram-model.ts';
import { fixturesFolder } from '#test/support/fixtures.ts';
import { applyCalibration, type CalibrationPoints } from './calibration.ts';
import { readCorpus } from './corpus.ts';
import { type DecidedRow, type Outcome, outcomeOf, type ThresholdTable } from './decide.ts';
import { CATEGORY_HEADS, type CategoryHead, HEADS, type Head, OUTPUTS } from './heads.ts';
import { type HeadReport, reportHead } from './report.ts';
import { scoreRows } from './scored.ts';
import { vectorise } from './vectorise.ts';

const read = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as T;
const fixtures = (name: string): string => join(import.meta.dirname, '../../src/detectors/layer2-text/fixtures', name);

interface Identity {
  version: string;
  sha256: string;
}
const calibration = read<{
  detector: string;
  version: string;
  categories: Record<CategoryHead, { points: CalibrationPoints }>;
  attributes: Record<string, { points: CalibrationPoints }>;
}>('calibration.json');
const thresholds = read<Identity & { categories: ThresholdTable }>('thresholds.json');
const metrics = read<Identity & { heads: Record<Head, HeadReport> }>('metrics.json');

let model: NgramModel;
let classifier: Classifier;
beforeAll(() => {
  model = loadNgramModel(join(import.meta.dirname, 'model.json'));
  classifier = createClassifier(model);
});

function decide(text: string): { outcome: Outcome; row: DecidedRow } {
  const { scores } = classifier.classify(text);
  const probabilities = Object.fromEntries(
    CATEGORY_HEADS.map((head) => [
      head,
      applyCalibration(calibration.categories[head].points, scores[model.manifest.heads.indexOf(head)]!),
    ]),
  ) as Record<CategoryHead, number>;
  const row: DecidedRow = { set: 'own', probabilities, labels: {}, weight: 1, assessed: true };
  return { outcome: outcomeOf(row, thresholds.categories), row };
}

describe('the files that ship', () => {
  test('belong to one another', () => {
    const { version, weights, detector } = model.manifest;
    expect(calibration).toMatchObject({ detector, version });
    expect(thresholds).toMatchObject({ version, sha256: weights.sha256 });
    expect(metrics).toMatchObject({ version, sha256: weights.sha256 });
    expect(model.manifest.heads).toEqual([...OUTPUTS]);
    expect(readFileSync(join(import.meta.dirname, 'CARD.md'), 'utf8')).toContain(weights.sha256);
  });

  test('calibrations rise from 0 to 1 and never fall', () => {
    for (const { points } of [...Object.values(calibration.categories), ...Object.values(calibration.attributes)]) {
      expect(points[0]![0]).toBe(0);
      expect(points.at(-1)![0]).toBe(1);
      points.slice(1).forEach(([raw, probability], index) => {
        expect(raw).toBeGreaterThan(points[index]![0]);
        expect(probability).toBeGreaterThanOrEqual(points[index]![1]);
        expect(probability).toBeLessThanOrEqual(1);
      });
    }
  });

  test('training and inference see the same features', () => {
    const texts = ['You are the best, thank you!', 'W1N ca$h at http://x.example 🙂', 'h.e.l.l.o @you [USER]', 'x'];
    const rows = vectorise(texts, model.manifest.features, 128);
    const { scales, intercepts } = model.manifest.weights;
    texts.forEach((text, row) => {
      const expected = OUTPUTS.map((_, head) => {
        let sum = 0;
        for (let entry = rows.offsets[row]!; entry < rows.offsets[row + 1]!; entry += 1) {
          sum += model.weights[rows.indices[entry]! * OUTPUTS.length + head]! * rows.values[entry]!;
        }
        return 1 / (1 + Math.exp(-(sum * scales[head]! + intercepts[head]!)));
      });
      classifier.classify(text).scores.forEach((score, head) => {
        expect(score).toBeCloseTo(expected[head]!, 9);
      });
    });
  });
});

describe('must-not-flag and must-flag suites', () => {
  test('no harmless sentence is removed and at most one in six goes to a person', () => {
    const { sentences } = JSON.parse(readFileSync(fixtures('must-not-flag.json'), 'utf8')) as { sentences: string[] };
    const outcomes = sentences.map((sentence) => decide(sentence).outcome);
    expect(sentences.length).toBeGreaterThanOrEqual(60);
    expect(sentences.filter((_, index) => outcomes[index] === 'remove')).toEqual([]);
    expect(outcomes.filter((outcome) => outcome === 'person').length).toBeLessThanOrEqual(sentences.length / 6);
  });

  const { sentences } = JSON.parse(readFileSync(fixtures('must-flag.json'), 'utf8')) as {
    sentences: [CategoryHead, string][];
  };
  test.each(sentences)('%s is never approved by the model alone: %s', (category, sentence) => {
    const { row } = decide(sentence);
    expect(row.probabilities[category]).toBeGreaterThanOrEqual(thresholds.categories[category].review);
  });
});

describe.skipIf(fixturesFolder() === undefined)('metrics.json', () => {
  test('says what the shipped model does on the held-out rows', () => {
    const scored = scoreRows(readCorpus(join(fixturesFolder()!, 'text')), ['held-out'], classifier);
    const points: Record<string, { points: CalibrationPoints }> = {
      ...calibration.categories,
      ...calibration.attributes,
    };
    for (const head of HEADS) {
      const found = reportHead(scored, head, points[head]!.points, metrics.heads[head].threshold);
      expect(found.rocAuc).toBeCloseTo(metrics.heads[head].rocAuc, 3);
      expect(found.auprc).toBeCloseTo(metrics.heads[head].auprc, 3);
      expect(found.f1).toBeCloseTo(metrics.heads[head].f1, 3);
      expect(found.withWeakNegatives).toEqual(metrics.heads[head].withWeakNegatives);
      expect(found.count).toBe(metrics.heads[head].count);
    }
  });
});
