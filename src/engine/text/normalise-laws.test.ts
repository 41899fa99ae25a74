import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disguises } from './disguises.ts';
import { normalise } from './normalise.ts';
import { TermMatcher } from './term-matcher.ts';

/** Any UTF-16 string, well-formed or not, with a liking for what the normaliser treats specially. */
const special = [...'aсαé@$!1.-_ \n\u200b\u0301\u0336\u3099가ᄒ\u1161がｶ🅰🇫👍🏽\u{e0041}ﷺ½ß'];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc.array(fc.constantFrom(...special), { maxLength: 40 }).map((pieces) => pieces.join('')),
);

describe('normalising', () => {
  it('is idempotent', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = normalise(text).text;
        expect(normalise(once).text).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  it('maps every reading back inside the original, in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const view of normalise(text).views) {
          let start = 0;
          let end = 0;
          for (let index = 0; index < view.text.length; index += 1) {
            const span = view.span(index, index + 1);
            expect(span.start).toBeGreaterThanOrEqual(start);
            expect(span.end).toBeGreaterThanOrEqual(end);
            expect(span.end).toBeGreaterThan(span.start);
            expect(span.end).toBeLessThanOrEqual(text.length);
            ({ start, end } = span);
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('leaves plain lower-case words as they are', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const text = words.join(' ');
        expect(normalise(text).text).toBe(text);
      }),
    );
  });

  it('never lengthens a text more than fourfold', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const view of normalise(text).views) expect(view.text.length).toBeLessThanOrEqual(text.length * 4);
      }),
    );
  });

  it('takes millions of characters of anything', () => {
    for (const piece of ['f.', 'x y ', '\ud800@', '!', '1 2 ', '((', 'a@', '\u0301', '🔥']) {
      const text = piece.repeat(2_000_000 / piece.length);
      expect(normalise(text).text.length).toBeLessThanOrEqual(text.length);
    }
  }, 60_000);
});

/** No two of the same letter in a row, at least one vowel: a word that any disguise leaves readable. */
const term = fc
  .array(fc.constantFrom('ba', 'cu', 'di', 'fe', 'go', 'hak', 'lem', 'nip', 'rot', 'sud', 'tav', 'wix'), {
    minLength: 2,
    maxLength: 4,
  })
  .map((syllables) => syllables.join(''))
  .filter((word) => !/(.)\1/.test(word));

describe('a term found in plain text', () => {
  for (const [name, disguise] of Object.entries(disguises)) {
    it(`is found in disguise: ${name}`, () => {
      fc.assert(
        fc.property(
          term,
          fc.constantFrom('', 'so, ', 'they wrote: '),
          fc.constantFrom('', '!', ' to them'),
          (word, before, after) => {
            const matcher = new TermMatcher([{ term: word, mode: 'word' }]);
            const text = before + disguise(word) + after;
            const [match] = matcher.match(normalise(text)).blocked;
            expect(match, text).toBeDefined();
            expect(match!.start).toBeLessThanOrEqual(before.length + 1);
            expect(match!.end).toBeLessThanOrEqual(text.length - after.length + 1);
          },
        ),
        { numRuns: 40 },
      );
    });
  }
});
