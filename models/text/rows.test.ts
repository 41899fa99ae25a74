import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../text-ngram/corpus.ts';
import { seededRandom } from '../text-ngram/random.ts';
import { disguise } from './disguise.ts';
import { type ExportSummary, exportRows } from './export-rows.ts';
import type { TrainingRow } from './rows.ts';
import { labelsOf, softTargetsOf } from './targets.ts';

const row = (set: string, labels: Row['labels'], text = 'a plain sentence'): Row => ({
  id: `${set}-1`,
  set,
  text,
  labels,
  part: 'train',
});

describe('targets of twelve heads', () => {
  test('the labels of Jigsaw and Civil Comments are those of the attributes', () => {
    const found = labelsOf(row('jigsaw_multilabel_sample', { harassment: 1, violence: 0, hate_speech: 0 }), {
      severe: '1',
    });
    expect(found).toMatchObject({ insult: 1, threat: 0, identity_attack: 0, severe_toxicity: 1 });
  });

  test('a head of which the set says nothing stays unknown', () => {
    const found = softTargetsOf(row('edos_sexism', { hate_speech: 1 }), undefined);
    expect(found.threat).toBeUndefined();
    expect(found.severe_toxicity).toBeUndefined();
    expect(labelsOf(row('edos_sexism', { hate_speech: 1 }), undefined)).toEqual({ hate_speech: 1 });
  });

  test('noisy sets give softer targets, and what is implied weighs less than a label', () => {
    const found = softTargetsOf(row('implicit_hate', { hate_speech: 1, violence: 1 }), {
      implicit_class: 'threatening',
    });
    expect(found.hate_speech).toEqual({ target: 0.92, weight: 1 });
    expect(found.threat).toEqual({ target: 0.92, weight: 0.6 });
  });

  test('incitement is violence without being a threat', () => {
    const found = softTargetsOf(row('implicit_hate', { hate_speech: 1, violence: 1 }), {
      implicit_class: 'incitement',
    });
    expect(found.threat).toBeUndefined();
  });

  test('weights are positive and targets lie within 0 and 1', () => {
    for (const set of ['davidson', 'paradetox', 'wikitalk_cat_large', 'clinc_benign', 'sms_spam'])
      for (const labels of [{ toxicity: 0 }, { toxicity: 1 }, { spam: 0 }, { hate_speech: 1, toxicity: 1 }] as const)
        for (const target of Object.values(softTargetsOf(row(set, labels), { votes: [3, 0, 0] }))) {
          expect(target.weight).toBeGreaterThan(0);
          expect(Math.abs(target.target - 0.5)).toBeLessThanOrEqual(0.5);
        }
  });
});

describe('disguises', () => {
  test('change the text, are the same for the same seed, and every kind occurs', () => {
    const kinds = new Set<string>();
    const once = seededRandom(3);
    const again = seededRandom(3);
    for (let count = 0; count < 600; count += 1) {
      const text = 'some people really are terrible friends';
      const found = disguise(text, once);
      expect(disguise(text, again)).toEqual(found);
      if (found === undefined) continue;
      expect(found.text).not.toBe(text);
      kinds.add(found.evasion);
    }
    expect(kinds.size).toBe(16);
  });

  test('touch no word where there is none', () => {
    const random = seededRandom(5);
    for (let count = 0; count < 200; count += 1)
      expect(['emoji', 'joined', 'all-spaced', undefined]).toContain(disguise('12 34', random)?.evasion);
  });
});

describe('exported rows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-rows-'));
  const stored = (id: string, text: string, split: string): string =>
    JSON.stringify({ id, text, split, labels: { toxicity: 0 } });
  let rows: TrainingRow[] = [];
  let summary: ExportSummary;

  beforeAll(() => {
    const lines = [stored('a', 'Good morning, all!', 'train'), stored('b', 'good morning all', 'dev')];
    writeFileSync(join(folder, 'paradetox.jsonl.gz'), gzipSync([...lines, stored('c', 'See you', 'train')].join('\n')));
    summary = exportRows(folder, join(folder, 'out'));
    rows = readFileSync(join(folder, 'out', 'rows.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TrainingRow);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are all counted', () => {
    expect(rows.length).toBe(
      Object.values(summary.sets)
        .flatMap(Object.values)
        .reduce((sum, count) => sum + count, 0),
    );
  });

  test('what is measured is not learned, in whatever case and punctuation', () => {
    const labelled = rows.filter(({ set, evasion }) => set === 'paradetox' && evasion === undefined);
    expect(labelled.map(({ id, part }) => [id, part === 'train'])).toEqual([
      ['b', false],
      ['c', true],
    ]);
  });

  test('disguised copies stay in the part of their original', () => {
    const parts = new Map(rows.map(({ id, part }) => [id, part]));
    const copies = rows.filter(({ evasion }) => evasion !== undefined);
    expect(copies.length).toBeGreaterThan(100);
    for (const { id, part } of copies) expect(parts.get(id.slice(0, -1))).toBe(part);
  });

  test('rows never go into the repository', () => {
    expect(() => exportRows(folder, import.meta.dirname)).toThrow('in the repository');
  });
});
