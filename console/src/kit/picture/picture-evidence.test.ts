import { describe, expect, it } from 'vitest';
import type { Evidence, Signal } from '#contracts/signal.ts';
import { hashMatchesOf, imageScoresOf, marksOf, readingOf } from './picture-evidence.ts';

const signal = (overrides: Partial<Signal>): Signal => ({
  detector: 'text-ngram',
  version: '1',
  layer: 2,
  status: 'ok',
  scores: {},
  attributes: {},
  evidence: [],
  durationMs: 1,
  costUsd: 0,
  ...overrides,
});

const span = (start: number, end: number): Evidence => ({
  kind: 'span',
  partId: 'photo#text',
  start,
  end,
  category: 'harassment',
  label: 'insult',
});

const reader = signal({
  detector: 'image-text',
  partId: 'photo',
  derivedParts: [
    {
      id: 'photo#text',
      kind: 'text',
      fromPartId: 'photo',
      text: 'You are a\nmuppet',
      places: [
        { start: 0, end: 9, x: 0.1, y: 0.1, width: 0.5, height: 0.1 },
        { start: 10, end: 16, x: 0.1, y: 0.3, width: 0.4, height: 0.1 },
      ],
      depth: 1,
    },
  ],
});

describe('what was found in a picture', () => {
  it('text findings fall on the line that they stand in, counted from its beginning', () => {
    const marks = marksOf([reader, signal({ partId: 'photo#text', evidence: [span(10, 16)] })], 'photo');
    expect(
      marks.map(({ text, category, findings }) => [text, category, findings.map((f) => [f.start, f.end])]),
    ).toEqual([
      ['You are a', undefined, []],
      ['muppet', 'harassment', [[0, 6]]],
    ]);
    expect(marks[1]?.place).toEqual({ x: 0.1, y: 0.3, width: 0.4, height: 0.1 });
  });

  it('the category that detectors are surest of comes first', () => {
    const spam: Evidence = { ...(span(10, 16) as Extract<Evidence, { kind: 'span' }>), category: 'spam' };
    const marks = marksOf(
      [
        reader,
        signal({ partId: 'photo#text', scores: { spam: 0.2 }, evidence: [spam] }),
        signal({ partId: 'photo#text', scores: { harassment: 0.9 }, evidence: [span(10, 16)] }),
      ],
      'photo',
    );
    expect(marks[1]?.findings.map(({ category }) => category)).toEqual(['harassment', 'spam']);
  });

  it('a finding over a line break marks both lines', () => {
    const marks = marksOf([reader, signal({ evidence: [span(8, 12)] })], 'photo');
    expect(marks.map(({ findings }) => findings.map((f) => [f.start, f.end]))).toEqual([[[8, 9]], [[0, 2]]]);
  });

  it('regions follow the lines; a region that is a line is not told twice, nor one of another part', () => {
    const box = (partId: string, x: number): Evidence => ({
      kind: 'box',
      partId,
      x,
      y: 0.1,
      width: 0.5,
      height: 0.1,
      label: 'knife',
    });
    const marks = marksOf(
      [reader, signal({ evidence: [box('photo', 0.1), box('photo', 0.2), box('other', 0.3)] })],
      'photo',
    );
    expect(marks.map(({ kind, text }) => [kind, text])).toEqual([
      ['text', 'You are a'],
      ['text', 'muppet'],
      ['region', 'knife'],
    ]);
  });

  it('says whether a picture was read at all', () => {
    const { derivedParts: _parts, ...empty } = reader;
    expect(readingOf([reader], 'photo')).toBe('read');
    expect(readingOf([empty], 'photo')).toBe('none');
    expect(readingOf([{ ...empty, status: 'unavailable' }], 'photo')).toBe('unavailable');
    expect(readingOf([], 'photo')).toBe('not_read');
    const erased = reader.derivedParts?.map(({ text: _text, ...part }) => part);
    expect(readingOf([{ ...reader, derivedParts: erased }], 'photo')).toBe('erased');
    expect(marksOf([{ ...reader, derivedParts: erased }], 'photo')).toEqual([]);
  });

  it('lists matches with the nearest first', () => {
    const match = (distance: number, bank: string): Evidence => ({
      kind: 'hash_match',
      partId: 'photo',
      bank,
      algorithm: 'pdq',
      distance,
      behaviour: 'hold',
      label: '',
    });
    const trace = [signal({ evidence: [match(12, 'far'), match(2, 'near')] })];
    expect(hashMatchesOf(trace, 'photo').map(({ bank }) => bank)).toEqual(['near', 'far']);
    expect(hashMatchesOf(trace, 'other')).toEqual([]);
  });

  it('takes the classes of image models for scores, and nothing else', () => {
    const trace = [
      signal({
        detector: 'image-nsfw',
        partId: 'photo',
        attributes: { nsfw_neutral: 0.2, nsfw_porn: 0.7, nsfw_frame: 1, nsfw_frames: 3, model: 'm' },
      }),
    ];
    expect(imageScoresOf(trace, 'photo')[0]?.classes).toEqual([
      { name: 'porn', value: 0.7 },
      { name: 'neutral', value: 0.2 },
    ]);
  });
});
