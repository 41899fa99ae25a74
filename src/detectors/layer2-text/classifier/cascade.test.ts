import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelFileError } from '../../inference/errors.ts';
import { createTextEncoder } from '../encoder/text-encoder.ts';
import { createNgramStage } from '../ngram-stage.ts';
import { type Cascade, isCleared, readCascade } from './cascade.ts';
import { createTextClassifier } from './text-classifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'cascade-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shipped = join(import.meta.dirname, '../../../../models/text/cascade.json');
const written = (change: Partial<Cascade>): string => {
  const path = join(folder, `${Object.keys(change).join('-')}.json`);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(shipped, 'utf8')), ...change }));
  return path;
};

describe('the file that puts the stages together', () => {
  it('is not taken where nothing would keep the first stage from clearing everything', () => {
    expect(() => readCascade(written({ clearsBelow: {} }))).toThrow(ModelFileError);
  });

  it('is not taken with stages that it was not made for', () => {
    const stages = { ngram: createNgramStage(), encoder: createTextEncoder({ processes: 1 }) };
    expect(createTextClassifier({ ...stages, cascadePath: shipped }).id).toBe('text-classifier');
    const cascadePath = written({ stages: { ngram: stages.ngram.manifest.version, encoder: 'another' } });
    expect(() => createTextClassifier({ ...stages, cascadePath })).toThrow(/made for .*another/);
  });
});

describe('the first stage', () => {
  it('clears nothing of which it does not know a head, or has no number', () => {
    const clearsBelow = { concern: 0.5, spam: 0.5 };
    const cleared = (scores: Record<string, number>) => isCleared({ clearsBelow }, new Map(Object.entries(scores)));
    expect(cleared({ concern: 0.1, spam: 0.1 })).toBe(true);
    expect(cleared({ concern: 0.1, spam: 0.5 })).toBe(false);
    expect(cleared({ concern: 0.1 })).toBe(false);
    expect(cleared({ concern: 0.1, spam: Number.NaN })).toBe(false);
  });
});
