import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referenceTexts } from '../../../../models/text/reference-texts.ts';
import { parseVocabulary } from './vocabulary.ts';
import { WordPieceTokenizer } from './word-piece.ts';

const vocabularyFile = readFileSync(join(import.meta.dirname, '../../../../models/text/vocab/vocab.txt'), 'utf8');
const pieces = vocabularyFile.split('\n');
const vocabulary = parseVocabulary(vocabularyFile);
const tokenizer = new WordPieceTokenizer(vocabulary);
const { begin, end } = tokenizer.vocabulary;
const idsOf = (text: string): number[] => [begin, ...tokenizer.tokenize(text).ids, end];

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'));

/** Texts of what a tokenizer treats apart. */
const anyText = oneof(
  string({ unit: 'grapheme' }),
  string({ unit: 'binary' }),
  string({
    unit: constantFrom(
      'a',
      'É',
      'e\u0301',
      '\u0301',
      ' ',
      '.',
      '중',
      '漢',
      '가',
      '😀',
      '\ud800',
      '\0',
      '\u200b',
      'ing',
    ),
  }),
);

/** Every token with what it stands for in the text. */
const parted = (text: string): [piece: string | undefined, slice: string][] => {
  const { ids, starts, ends } = tokenizer.tokenize(text);
  return Array.from(ids, (id, token) => [pieces[id], text.slice(starts[token], ends[token])]);
};

describe('the WordPiece tokenizer', () => {
  test('makes of made texts what the original makes', () => {
    const rows = fixture('reference-ids.json') as { text: string; ids: number[] }[];
    expect(rows.length).toBeGreaterThan(300);
    for (const { text, ids } of rows) expect(idsOf(text), JSON.stringify(text)).toEqual(ids);
  });

  // models/text/reference_ids.py makes the digest.
  test('makes of every character and of 10,000 texts what the original makes', () => {
    const expected = fixture('reference-digest.json') as { texts: number; sha256: string };
    const digest = createHash('sha256');
    let texts = 0;
    for (const text of referenceTexts()) {
      digest.update(`${idsOf(text).join(' ')}\n`);
      texts += 1;
    }
    expect(texts).toBeGreaterThanOrEqual(10_000);
    expect({ texts, sha256: digest.digest('hex') }).toEqual(expected);
  });

  test('says which part of the original a token stands for', () => {
    expect(parted('Thé  EMBEDDINGS, ﬁne')).toEqual([
      ['the', 'Thé'],
      ['em', 'EM'],
      ['##bed', 'BED'],
      ['##ding', 'DING'],
      ['##s', 'S'],
      [',', ','],
      ['ﬁ', 'ﬁ'],
      ['##ne', 'ne'],
    ]);
    expect(parted('e\u0301te\u0301 n\u200bo!')).toEqual([
      ['et', 'e\u0301t'],
      ['##e', 'e\u0301'],
      ['no', 'n\u200bo'],
      ['!', '!'],
    ]);
    expect(parted('x中y 😀')).toEqual([
      ['x', 'x'],
      ['中', '中'],
      ['y', 'y'],
      ['[UNK]', '😀'],
    ]);
  });

  test('what somebody types as a special token is text', () => {
    for (const { 0: piece } of parted('[SEP] [CLS]')) expect(piece).not.toMatch(/^\[(SEP|CLS)\]$/);
  });

  test('offsets ascend, lie inside the text and never split a pair; tokens of one word stand together', () => {
    assert(
      property(anyText, (text) => {
        const { ids, starts, ends, words } = tokenizer.tokenize(text);
        let last = 0;
        for (let token = 0; token < ids.length; token += 1) {
          expect(ends[token]!).toBeGreaterThan(starts[token]!);
          expect(ends[token]!).toBeLessThanOrEqual(text.length);
          // Several tokens of one character, as of Hangul, share its place.
          expect(starts[token]!).toBeGreaterThanOrEqual(last);
          last = starts[token]!;
          expect(text.slice(0, starts[token]).isWellFormed() || !text.isWellFormed()).toBe(true);
          expect(text.slice(0, ends[token]).isWellFormed() || !text.isWellFormed()).toBe(true);
          if (token > 0) expect([0, 1]).toContain(words[token]! - words[token - 1]!);
        }
      }),
    );
  });

  test('a token says the same as the slice that it stands for', () => {
    assert(
      property(anyText, (text) => {
        const { ids, starts, ends } = tokenizer.tokenize(text);
        for (let token = 0; token < ids.length; token += 1) {
          if (pieces[ids[token]!]?.startsWith('##') !== false || pieces[ids[token]!] === '[UNK]') continue;
          if (token + 1 < ids.length && starts[token + 1]! < ends[token]!) continue;
          expect(pieces[tokenizer.tokenize(text.slice(starts[token], ends[token])).ids[0]!]).toBe(pieces[ids[token]!]);
        }
      }),
    );
  });

  test.each([
    ['one long word', 'a', 1],
    ['marks alone', '\u0301', 0],
    ['halves of pairs', '\ud800', 0],
    ['controls', '\u0007', 0],
    ['Hangul', '각', 1],
    ['punctuation', '.', 1_000_000],
  ])('a million of %s are no trouble', (_, character, tokens) => {
    expect(tokenizer.tokenize(character.repeat(1_000_000)).ids).toHaveLength(tokens);
  });

  test('a vocabulary without its special pieces, or with an endless one, is refused', () => {
    expect(() => parseVocabulary('a\nb')).toThrow(/no \[UNK\]/);
    expect(() => parseVocabulary(`${'x'.repeat(65)}\n`)).toThrow(/line 1/);
  });

  test('reads the names of characters that the vocabulary does not know, where they stand', () => {
    const names = new Map([
      ['🔪', 'kitchen knife'],
      ['👍', 'thumbs up'],
      ['\u{1f3fd}', ''],
    ]);
    const named = new WordPieceTokenizer(
      vocabulary,
      new Map([...names].map(([character, name]) => [character.codePointAt(0)!, name])),
    );
    for (const text of ['👍ok', 'no👍', '👍👍🔪', 'a 👍\u{1f3fd} b', '\u{1f3fd}x']) {
      const spelled = text.replace(/🔪|👍|\u{1f3fd}/gu, (character) => {
        const name = names.get(character)!;
        return name === '' ? '' : ` ${name} `;
      });
      expect([...named.tokenize(text).ids], text).toEqual([...tokenizer.tokenize(spelled).ids]);
    }
    const { starts, ends } = named.tokenize('x🔪y');
    expect([...starts].map((start, token) => [start, ends[token]])).toEqual([
      [0, 1],
      [1, 3],
      [1, 3],
      [3, 4],
    ]);
  });
});
