import { describe, expect, test } from 'vitest';
import type { PlacedLine } from './read-picture.ts';
import { findingOf } from './text-finding.ts';

const line: PlacedLine = {
  text: 'large print',
  confidence: 0.9,
  x: 0,
  y: 0,
  width: 0.5,
  height: 0.1,
  turns: 0,
  start: 0,
  end: 100,
  middle: 10,
  thickness: 20,
};

describe('what was read in a picture', () => {
  test('is one part where all was read, and none where there was nothing', () => {
    const { derivedParts, attributes } = findingOf({ frames: [[line]], truncated: false }, 'photo');
    expect(derivedParts?.map(({ id, text }) => [id, text])).toEqual([['photo#text', 'large print']]);
    expect(attributes).not.toHaveProperty('text_truncated');
    expect(findingOf({ frames: [[]], truncated: false }, 'photo')).not.toHaveProperty('derivedParts');
  });

  test('has each frame beside the whole where several have text, so that none hides among the others', () => {
    const second = { ...line, text: 'another caption' };
    const { derivedParts } = findingOf({ frames: [[line], [], [second]], truncated: false }, 'photo');
    expect(derivedParts?.map(({ id, text }) => [id, text])).toEqual([
      ['photo#text', 'large print\nanother caption'],
      ['photo#frame-1', 'large print'],
      ['photo#frame-3', 'another caption'],
    ]);
  });

  test('has a part without words for what was not read', () => {
    const { derivedParts, attributes } = findingOf({ frames: [[line]], truncated: true }, 'photo');
    expect(derivedParts?.map(({ id, text }) => [id, text])).toEqual([
      ['photo#text', 'large print'],
      ['photo#rest', undefined],
    ]);
    expect(attributes.text_truncated).toBe(true);
    expect(findingOf({ frames: [[]], truncated: true }, 'photo').derivedParts).toHaveLength(1);
  });
});
