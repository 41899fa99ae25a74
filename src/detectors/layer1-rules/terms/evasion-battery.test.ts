import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';
import { describe, expect, it } from 'vitest';
import { disguises } from '#engine/text/disguises.ts';
import { normalise } from '#engine/text/normalise.ts';
import { loadDefaultTermLists } from '../default-terms/default-term-lists.ts';
import { compileLists } from './compile-lists.ts';
import { findEntries } from './find-entries.ts';
import battery from './test-data/battery.json' with { type: 'json' };

const lists = compileLists(loadDefaultTermLists());
const ours = (text: string): boolean => findEntries(lists, normalise(text), 'en', () => false).findings.length > 0;
const obscenity = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });

/** Only words that both know undisguised are compared. */
const words = battery.words.filter((word) => ours(word) && obscenity.hasMatch(word));
const texts = (disguise: (word: string) => string): string[] =>
  words.flatMap((word) => battery.frames.map((frame) => frame.replace('{word}', () => disguise(word))));

const share = (found: (text: string) => boolean, disguise: (word: string) => string): number => {
  const all = texts(disguise);
  return all.filter(found).length / all.length;
};

describe('the evasion battery', () => {
  it('has words to disguise', () => {
    expect(words.length).toBeGreaterThan(12);
  });

  for (const [name, disguise] of Object.entries(disguises)) {
    it(`finds at least as much as obscenity, and 95 % of it: ${name}`, () => {
      const found = share(ours, disguise);
      expect(found).toBeGreaterThanOrEqual(share((text) => obscenity.hasMatch(text), disguise));
      expect(found).toBeGreaterThanOrEqual(0.95);
    });
  }
});
