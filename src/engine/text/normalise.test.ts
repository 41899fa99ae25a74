import { describe, expect, it } from 'vitest';
import { normalise, normaliseTerm } from './normalise.ts';

const folded = (text: string): string => normalise(text).text;
const view = (text: string, kind: string): string | undefined =>
  normalise(text).views.find((candidate) => candidate.kind === kind)?.text;

describe('the folded reading', () => {
  it.each([
    ['Ｈｅｌｌｏ', 'hello'],
    ['𝓱𝓮𝓵𝓵𝓸 𝔥𝔢𝔩𝔩𝔬 ʜᴇʟʟᴏ', 'hello hello hello'],
    ['ⓗⓔⓛⓛⓞ 🅷🅴🅻🅻🅾 🄷🄴🄻🄻🄾', 'hello hello hello'],
    ['🇭 🇪', 'h e'],
    ['h\u200be\u00adl\u2060lo', 'hello'],
    ['h\u0301e\u0336llo\u0323\u0324\u0325', 'hello'],
    ['Crème brûlée Øre Łódź', 'creme brulee ore lodz'],
    ['Straße', 'strasse'],
    ['1️⃣ ٣ ३ ³', '1 3 3 3'],
    ['ʜєllо', 'hello'],
  ])('reads %j as %j', (text, expected) => {
    expect(folded(text)).toBe(expected);
  });

  it('reads a word of look-alikes as Latin, and leaves a foreign word alone', () => {
    expect(folded('сосо')).toBe('coco');
    expect(folded('привет мир')).toBe('привет мир');
    expect(folded('Σίσυφος')).toBe('σισυφοσ');
  });

  it('reads a Cyrillic word with Latin letters in it as Cyrillic', () => {
    expect(folded('пpивeт')).toBe('привет');
  });

  it('keeps Kana, Hangul and Devanagari whole, however they were composed', () => {
    expect(folded('がぎ')).toBe('がぎ');
    expect(folded('か\u3099ｷﾞ')).toBe('がギ');
    expect(folded('\u1112\u1161\u11ab')).toBe('한');
    expect(folded('हिन्दी')).toBe('हिन्दी');
  });

  it('leaves emoji, but not their skin tone', () => {
    expect(folded('👍🏽 ok')).toBe('👍 ok');
  });
});

describe('the leet readings', () => {
  it.each([
    ['h3ll0', 'hello'],
    ['$hell', 'shell'],
    ['@pple', 'apple'],
    ['gla$$', 'glass'],
    ['sh!ne', 'shine'],
  ])('read %j as %j', (text, expected) => {
    expect(view(text, 'leet')).toBe(expected);
  });

  it.each(['in 2024', 'mail u@mail.com', 'glass!', 'one #tag', '3 + 4 = 7', 'a < b'])('leave %j alone', (text) => {
    expect(view(text, 'leet')).toBeUndefined();
  });

  it('offer the second reading of a character that has two', () => {
    expect(view('f1ower', 'leet')).toBe('fiower');
    expect(view('f1ower', 'leet_alternative')).toBe('flower');
  });

  it('take trailing digits for a number first, and for letters second', () => {
    expect(view('gl4ss123', 'leet')).toBe('glass123');
    expect(view('gl455', 'leet_alternative')).toBe('glass');
  });
});

describe('the joined reading', () => {
  it.each([
    ['h.e.l.l.o', 'hello'],
    ['say h e l l o', 'say hello'],
    ['H E L L O  Y O U', 'hello  you'],
    ['h🔥e🔥l🔥l🔥o', 'hello'],
    ['h 3 l l 0', 'hello'],
    ['he-llo', 'hello'],
    ['fl ower', 'flower'],
  ])('reads %j as %j', (text, expected) => {
    expect(view(text, 'joined')).toBe(expected);
  });

  it.each(['plain words only', 'x, y', 'one two', '1 2 3 4 5', "it's here"])('does not exist for %j', (text) => {
    expect(view(text, 'joined')).toBeUndefined();
  });
});

describe('the way back', () => {
  it('covers the disguise of a letter', () => {
    const text = normalise('x 𝓱e\u0301y!');
    const at = text.text.indexOf('hey');
    const { start, end } = text.span(at, at + 3);
    expect(text.original.slice(start, end)).toBe('𝓱e\u0301y');
  });
});

describe('what it counts', () => {
  it('tells ordinary writing from disguise', () => {
    const ordinary = normalise('Voilà, ein schöner Tag 👍🏽 in Zürich — und 2024!').evasion;
    expect(Object.values(ordinary).every((count) => count === 0)).toBe(true);
    const disguised = normalise('h\u200bеllо h.e.l.l.o 𝓱ello hellooooo\u0301\u0301\u0301').evasion;
    expect(disguised).toMatchObject({
      invisibleInWords: 1,
      mixedAlphabetLetters: 2,
      separatorsInWords: 4,
      styledLetters: 1,
      stretchedLetters: 3,
      longestMarkPile: 3,
    });
  });
});

describe('terms', () => {
  it('are folded as texts are, with single blanks', () => {
    expect(normaliseTerm('  Crème \n BRÛLÉE ')).toBe('creme brulee');
  });
});
