import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifyLanguage } from './language.ts';

const { foreign, english } = JSON.parse(
  readFileSync(new URL('./fixtures/languages.json', import.meta.url), 'utf8'),
) as { foreign: [string, string][]; english: string[] };

describe('language identification', () => {
  test.each(foreign)('%s: %s', (language, text) => {
    expect(identifyLanguage(text)).toMatchObject({ language, reliable: true });
  });

  test.each(english)('short English is never reliably foreign: %s', (text) => {
    const { language, reliable } = identifyLanguage(text);
    expect(reliable && language !== 'en').toBe(false);
  });

  test('longer English is recognised', () => {
    expect(identifyLanguage('I think the museum was a bit disappointing this year')).toMatchObject({
      language: 'en',
      reliable: true,
    });
  });

  test('English in letters of another style is no other language, and one character of many letters makes it none', () => {
    const text = 'go away you worthless idiot everyone hates you and your kind';
    for (const first of [0x1d41a, 0xff41, 0x24d0]) {
      const styled = text.replaceAll(/[a-z]/g, (letter) => String.fromCodePoint(first + letter.charCodeAt(0) - 97));
      expect(identifyLanguage(styled)).toMatchObject({ language: 'en' });
    }
    const { language, reliable } = identifyLanguage('you idiot \ufdfa');
    expect(reliable && language !== 'en').toBe(false);
  });

  test('says nothing about text without words', () => {
    for (const text of ['', '   ', '12345', '!!!', '🙂🙂', 'https://example.org/x', '\ud800']) {
      expect(identifyLanguage(text).reliable).toBe(false);
    }
  });

  test('keeps its confidence within 0..1 for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { confidence } = identifyLanguage(text);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
    );
  });
});
