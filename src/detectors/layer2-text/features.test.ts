import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFeatureExtractor, DEFAULT_FEATURES } from './features.ts';
import { foldText } from './fold-text.ts';
import { tokenize } from './tokens.ts';

const anyText = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 }).map((units) => String.fromCharCode(...units)),
);

const words = (text: string): string[] => tokenize(text).map((token) => token.text);

describe('folding', () => {
  test('maps every folded unit to a place inside the original, in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { folded, starts, ends } = foldText(text);
        expect(starts).toHaveLength(folded.length);
        expect(ends).toHaveLength(folded.length);
        for (let index = 0; index < folded.length; index += 1) {
          expect(starts[index]).toBeGreaterThanOrEqual(index === 0 ? 0 : starts[index - 1]!);
          expect(ends[index]).toBeGreaterThan(starts[index]!);
          expect(ends[index]).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe('tokens', () => {
  test.each([
    ['full-width and accents', 'ＨＥＬＬＯ çà', ['hello', 'ca']],
    ['zero-width characters', 'he\u200bll\u00ado', ['hello']],
    ['letters of another script', 'h\u0435ll\u043e', ['hello']],
    ['digits and signs for letters', 'h3ll0 t4ble c@rd', ['hell0', 'table', 'card']],
    ['stretched letters', 'helloooooo', ['hello']],
    ['spelled-out words', 'say h.e.l.l.o now', ['say', 'hello', 'now']],
    ['apostrophes', "don't don’t", ['dont', 'dont']],
    ['numbers', 'room 123 in 2024', ['room', '000', 'in', '0000']],
    [
      'links, mail, handles',
      'see https://a.example/b?c=d or a.b@c.example @someone shop.com/x',
      ['see', '\u0001link', 'or', '\u0001mail', '\u0001user', '\u0001link'],
    ],
    ['stand-ins of corpora', '[USER] <user> [URL] <number>', ['\u0001user', '\u0001user', '\u0001link', '0']],
    ['emoji', 'ok 🔪🙂', ['ok', '🔪', '🙂']],
    ['entities', 'you &amp; me', ['you', 'me']],
  ])('%s', (_, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('lie inside the text, in order, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let before = 0;
        for (const { start, end, text: word } of tokenize(text)) {
          expect(word.length).toBeGreaterThan(0);
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          before = start;
        }
      }),
    );
  });

  test('a token points at the words it stands for', () => {
    const text = 'x\u200b\u200b ｆｉｎｅ  d.a.y @me';
    expect(tokenize(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'x\u200b\u200b'.slice(0, 1),
      'ｆｉｎｅ',
      'd.a.y',
      '@me',
    ]);
  });
});

describe('features', () => {
  const extractor = createFeatureExtractor(DEFAULT_FEATURES);

  test('are the same for the same text, whatever was extracted in between', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const tokens = tokenize(text);
        const first = extractor.extract(tokens, 0, tokens.length);
        const between = tokenize(other);
        extractor.extract(between, 0, between.length);
        expect(createFeatureExtractor(DEFAULT_FEATURES).extract(tokens, 0, tokens.length)).toEqual(first);
        expect(extractor.extract(tokens, 0, tokens.length)).toEqual(first);
      }),
      { numRuns: 40 },
    );
  });

  test('are distinct buckets in range, and the word and character blocks have length one, the role block 0.7', () => {
    const tokens = tokenize('i like the quick brown fox and the lazy dog');
    const { indices, values } = extractor.extract(tokens, 0, tokens.length);
    expect(new Set(indices).size).toBe(indices.length);
    expect(Math.max(...indices)).toBeLessThan(2 ** DEFAULT_FEATURES.bits);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(2.49, 4);
  });

  test('the hash is pinned: a change would make shipped models meaningless', () => {
    const tokens = tokenize('hi you');
    const { indices } = extractor.extract(tokens, 0, tokens.length);
    expect(Array.from(indices)).toMatchInlineSnapshot(`
      [
        122434,
        109532,
        245216,
        59348,
        210328,
        65983,
        144893,
        3062,
        153975,
        229745,
        36065,
        132766,
        145328,
      ]
    `);
  });

  test('what is said of one group is shared with what is said of another, by the role', () => {
    const withoutRoles = createFeatureExtractor({ ...DEFAULT_FEATURES, roleNorm: 0 });
    const shared = (make: typeof extractor): number => {
      const [one, other] = ['catholics bake', 'hindus bake'].map((text) => {
        const tokens = tokenize(text);
        return new Set(make.extract(tokens, 0, tokens.length).indices);
      });
      return Array.from(one!).filter((bucket) => other!.has(bucket)).length;
    };
    expect(shared(extractor)).toBe(shared(withoutRoles) + 1);
  });

  test('every occurrence traces back to a feature and to tokens', () => {
    const tokens = tokenize('one two two three 🙂');
    const traced = extractor.trace(tokens, 1, tokens.length);
    expect(traced.slots.length).toBeGreaterThanOrEqual(traced.indices.length);
    expect(new Set(traced.slots).size).toBe(traced.indices.length);
    for (let occurrence = 0; occurrence < traced.slots.length; occurrence += 1) {
      expect(traced.firstTokens[occurrence]!).toBeLessThanOrEqual(traced.lastTokens[occurrence]!);
      expect(traced.lastTokens[occurrence]!).toBeLessThan(tokens.length - 1);
    }
  });
});
