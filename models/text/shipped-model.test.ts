import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Signal } from '#contracts/signal.ts';
import { type Cascade, cascadeVersion, readCascade } from '#detectors/layer2-text/classifier/cascade.ts';
import { createTextClassifier } from '#detectors/layer2-text/classifier/text-classifier.ts';
import { createTextEncoder } from '#detectors/layer2-text/encoder/text-encoder.ts';
import { createNgramStage } from '#detectors/layer2-text/ngram-stage.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { applyCalibration, type CalibrationPoints } from '../text-ngram/calibration.ts';
import { type Outcome, outcomeOf, type ThresholdTable } from '../text-ngram/decide.ts';
import { CATEGORY_HEADS, type CategoryHead } from '../text-ngram/heads.ts';
import { RECALL_LOSS_LIMIT } from './clearing.ts';
import type { HeadFigures } from './figures.ts';
import { HEADS, type Head } from './templates/index.ts';

const read = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as T;
type Points = Record<string, { readonly points: CalibrationPoints }>;

const cascade = readCascade(join(import.meta.dirname, 'cascade.json'));
const calibration = read<{ version: string; categories: Points; attributes: Points }>('calibration.json');
const thresholds = read<{
  version: string;
  categories: ThresholdTable;
  operatingPoints: Record<'categories' | 'attributes', Record<string, number>>;
}>('thresholds.json');
const metrics = read<{
  version: string;
  heads: Record<Head, HeadFigures>;
  clearing: { recallLoss: Record<string, { lost: number; share: number }> };
}>('metrics.json');

const ngram = createNgramStage();
const encoder = createTextEncoder();
let classifier: Detector;
beforeAll(async () => {
  classifier = createTextClassifier({ ngram, encoder });
  await classifier.open?.();
});
afterAll(async () => {
  await Promise.all([ngram.close(), encoder.close()]);
});

const inputOf = (text: string): DetectorInput => {
  const part = { id: 'body', kind: 'text', text } as const;
  const account = { id: 'author', tier: 'new' } as const;
  const item = { account: { id: 'author' }, surface: 'comment', parts: [part] };
  return { part, context: { item, account, counters: {}, reposts: {}, signals: [], now: 0 } };
};

interface Judged {
  readonly text: string;
  readonly signal: Signal;
  readonly probabilities: Readonly<Record<CategoryHead, number>>;
  readonly outcome: Outcome;
}

const judge = async (texts: readonly string[]): Promise<Judged[]> => {
  const signals = await classifier.detect(texts.map(inputOf), new AbortController().signal);
  return signals.map((signal, index) => {
    const probabilities = Object.fromEntries(
      CATEGORY_HEADS.map((head) => [
        head,
        applyCalibration(calibration.categories[head]!.points, signal.scores[head] ?? 1),
      ]),
    ) as Record<CategoryHead, number>;
    const row = { set: 'own', probabilities, labels: {}, weight: 1, assessed: signal.status === 'ok' };
    return { text: texts[index]!, signal, probabilities, outcome: outcomeOf(row, thresholds.categories) };
  });
};

describe('the files that ship', () => {
  test('belong to one another', () => {
    const { version, ...rest } = cascade;
    expect(version).toBe(cascadeVersion(rest as Omit<Cascade, 'version'>));
    for (const file of [calibration, thresholds, metrics]) expect(file.version).toBe(version);
    expect(cascade.stages).toEqual({ ngram: ngram.manifest.version, encoder: encoder.version });
    expect(Object.keys(cascade.heads)).toEqual([...encoder.heads]);
    expect(readFileSync(join(import.meta.dirname, 'CARD.md'), 'utf8')).toContain(version);
    expect(read<{ weights: { bytes: number } }>('model.json').weights.bytes).toBeLessThan(30_000_000);
  });

  test('calibrations rise everywhere, so that no two scores become one', () => {
    for (const { points } of [...Object.values(calibration.categories), ...Object.values(calibration.attributes)]) {
      expect([points[0], points.at(-1)]).toEqual([
        [0, 0],
        [1, 1],
      ]);
      points.slice(1).forEach(([raw, probability], index) => {
        expect(raw).toBeGreaterThan(points[index]![0]);
        expect(probability).toBeGreaterThanOrEqual(points[index]![1]);
      });
    }
    const every = { ...thresholds.operatingPoints.categories, ...thresholds.operatingPoints.attributes };
    expect(Object.keys(every)).toEqual([...CATEGORY_HEADS, ...cascade.attributes]);
  });

  test('say that the classifier is better than its first stage on the same texts', () => {
    for (const head of HEADS) {
      const { classifier: whole, ngram: first } = metrics.heads[head];
      if (first !== null) expect(whole.auprc, head).toBeGreaterThan(first.auprc);
    }
  });

  test('are what the policies that ship go by: review thresholds and learned weights', () => {
    const folder = join(import.meta.dirname, '../../policies');
    const { categories: learned } = read<{
      categories: Record<string, { learned: string[]; fusion: { terms: Record<string, { weight: number }> } }>;
    }>('fusion.json');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
      const policy = parse(readFileSync(join(folder, file), 'utf8')) as {
        categories: ThresholdTable;
        fusion: Record<string, { terms: Record<string, { weight: number }> }>;
      };
      for (const [head, { learned: detectors, fusion }] of Object.entries(learned)) {
        for (const detector of detectors)
          expect(policy.fusion[head]?.terms[detector]?.weight, `${file} ${head} ${detector}`).toBe(
            fusion.terms[detector]?.weight,
          );
      }
      if (file !== 'default.yaml') continue;
      for (const head of CATEGORY_HEADS)
        expect(policy.categories[head].review).toBe(thresholds.categories[head].review);
    }
  });

  test('say that the first stage loses next to nothing by clearing', () => {
    // One or two texts of a few hundred are within chance.
    for (const [head, { lost, share }] of Object.entries(metrics.clearing.recallLoss))
      expect(lost <= 2 || share <= RECALL_LOSS_LIMIT * 1.5, `${head}: ${lost}, ${share}`).toBe(true);
  });
});

describe('H4: must-not-flag suites', () => {
  const { topics } = read<{ topics: Record<string, string[]> }>('suites/must-not-flag.json');

  const flaggedIn = (judged: readonly Judged[], head: CategoryHead): string[] =>
    judged
      .filter(({ probabilities }) => probabilities[head] >= thresholds.operatingPoints.categories[head]!)
      .map(({ text }) => text);

  test.each(Object.entries(topics))('%s: none removed, few sent to a person', async (_, texts) => {
    const judged = await judge(texts);
    expect(judged.filter(({ outcome }) => outcome === 'remove').map(({ text }) => text)).toEqual([]);
    const people = judged.filter(({ outcome }) => outcome === 'person').map(({ text }) => text);
    expect(people.length, JSON.stringify(people)).toBeLessThanOrEqual(2);
  });

  test('all together: under 3 % flagged in any category, at most one in twelve sent to a person', async () => {
    const judged = await judge(Object.values(topics).flat());
    for (const head of CATEGORY_HEADS) {
      const flagged = flaggedIn(judged, head);
      expect(flagged.length / judged.length, `${head}: ${JSON.stringify(flagged)}`).toBeLessThan(0.03);
    }
    const people = judged.filter(({ outcome }) => outcome !== 'approve').map(({ text }) => text);
    expect(people.length, JSON.stringify(people)).toBeLessThanOrEqual(judged.length / 12);
  });

  test('questions to counsellors: at most 5 % flagged', async () => {
    const judged = await judge([...topics.counselling!, ...topics['helping and recovery']!]);
    const flagged = CATEGORY_HEADS.flatMap((head) => flaggedIn(judged, head));
    expect(new Set(flagged).size / judged.length, JSON.stringify(flagged)).toBeLessThanOrEqual(0.05);
  });
});

describe('must-flag suite', () => {
  const { sentences } = read<{ sentences: [CategoryHead, string][] }>('suites/must-flag.json');

  test('hardly any plain violation is approved', async () => {
    const judged = await judge(sentences.map(([, text]) => text));
    const approved = judged.filter(({ outcome }) => outcome === 'approve').map(({ text }) => text);
    expect(approved.length, JSON.stringify(approved)).toBeLessThanOrEqual(1);
  });

  test('nearly all are found for what they are', async () => {
    const judged = await judge(sentences.map(([, text]) => text));
    const missed = sentences.filter(
      ([category], index) => judged[index]!.probabilities[category] < thresholds.categories[category].review,
    );
    expect(missed.length, JSON.stringify(missed)).toBeLessThanOrEqual(sentences.length / 20);
  });
});
