import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOfUnit } from './character-class.ts';
import { normaliseTerm } from './normalise.ts';
import { type AutomatonTerm, TermAutomaton } from './term-automaton.ts';

const found = (terms: AutomatonTerm[], text: string): string[] =>
  new TermAutomaton(terms).scan(text).map(({ entry, start, end }) => `${terms[entry]!.term}=${text.slice(start, end)}`);
const word = (term: string): AutomatonTerm => ({ term, mode: 'word' });

describe('where a term may stand', () => {
  it('a whole word, the start of one, or anywhere', () => {
    const text = 'cat catalogue bobcat scatter';
    expect(found([word('cat')], text)).toEqual(['cat=cat']);
    expect(found([{ term: 'cat', mode: 'prefix' }], text)).toHaveLength(2);
    expect(found([{ term: 'cat', mode: 'substring' }], text)).toHaveLength(4);
  });

  it('digits and signs end a word', () => {
    expect(found([word('cat')], 'cat2024 _cat_ #cat "cat"')).toHaveLength(4);
  });

  it('needs no boundary in scripts without blanks, nor for emoji', () => {
    expect(found([word('猫咪'), word('🐱')], '我的猫咪很🐱🐱可爱')).toEqual(['猫咪=猫咪', '🐱=🐱', '🐱=🐱']);
  });

  it('several words may be parted by blanks or by one sign, not by the end of a sentence', () => {
    const terms = [word('big cat')];
    for (const text of ['big cat', 'big   cat', 'big-cat', 'big_cat', 'bigg caat'])
      expect(found(terms, text)).toHaveLength(1);
    for (const text of ['big. Cat', 'big, cat', 'bigcat', 'big -- cat']) expect(found(terms, text)).toEqual([]);
  });

  it('keeps signs and digits that belong to a term', () => {
    expect(found([word('c++'), word('4k')], 'c++ and 4k but c+ or c and 44k')).toEqual(['c++=c++', '4k=4k']);
  });
});

describe('stretched letters', () => {
  it('match when there are more than the term has, three or more', () => {
    for (const text of ['caaaat', 'cccaaattt']) expect(found([word('cat')], text)).toHaveLength(1);
    expect(found([word('cat')], 'caat')).toEqual([]);
  });

  it('match when doubled, in terms of four letters and more', () => {
    expect(found([word('cats')], 'caats')).toHaveLength(1);
  });

  it('never match with fewer than the term has', () => {
    expect(found([word('moon')], 'mon mooon moon')).toEqual(['moon=mooon', 'moon=moon']);
  });
});

describe('what it refuses', () => {
  it('names terms without content and terms that are too long', () => {
    const { rejected } = new TermAutomaton([word('cat'), word(' \u200b '), word('ab'.repeat(300))]);
    expect(rejected).toEqual([
      { index: 1, reason: 'empty' },
      { index: 2, reason: 'too_long' },
    ]);
  });

  it('stops at the limit', () => {
    expect(new TermAutomaton([word('a')]).scan('a '.repeat(1_000), 10)).toHaveLength(10);
  });
});

const isLetter = (character: string): boolean => classOfUnit[character.charCodeAt(0)] === 1;
const quote = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const letter = '[a-zа-я]';

/** What a term matches, written down as a regular expression: the obvious, slow way. */
const slowExpression = ({ term, mode }: AutomatonTerm, alphabet: ReadonlySet<string>): RegExp => {
  const folded = normaliseTerm(term);
  const letters = [...folded].filter(isLetter).length;
  const signs = [...alphabet]
    .filter((character) => !isLetter(character))
    .map(quote)
    .join('');
  const other = `[^a-zа-я${signs}]`;
  const separator = `(?<!${other})(?: +|${other})(?!${other})`;
  const runs = [...folded.matchAll(/(.)\1*/gu)].map(([run]) => run);
  const body = runs.map((run, index) => {
    const character = run[0]!;
    if (character === ' ') return separator;
    const unit = quote(character);
    const alone = (count: string): string => `(?<!${unit})${count}(?!${unit})`;
    if (!isLetter(character)) return alone(`${unit}{${run.length}}`);
    const open = (index === 0 && mode === 'substring') || (index === runs.length - 1 && mode !== 'word');
    if (run.length > 1 || letters >= 4 || open) return alone(`${unit}{${run.length},}`);
    return alone(`(?:${unit}|${unit}{3,})`);
  });
  const before = mode !== 'substring' && isLetter(folded[0]!) ? `(?<!${letter})` : '';
  const after = mode === 'word' && isLetter(folded.at(-1)!) ? `(?!${letter})` : '';
  return new RegExp(`(?=(${before}${body.join('')}${after}))`, 'g');
};

describe('the automaton', () => {
  const characters = fc.constantFrom(...'aabbcdж1- ');
  const text = fc
    .array(fc.oneof(characters, fc.constantFrom(...'.,')), { maxLength: 60 })
    .map((pieces) => pieces.join(''));
  const term = fc
    .array(fc.constantFrom(...'aabbcж1 '), { minLength: 1, maxLength: 5 })
    .map((pieces) => pieces.join('').replace(/ +/g, ' ').trim())
    .filter((candidate) => candidate !== '');
  const terms = fc.array(
    fc.record({ term, mode: fc.constantFrom('word' as const, 'prefix' as const, 'substring' as const) }),
    { minLength: 1, maxLength: 12 },
  );

  it('finds exactly what a brute-force search finds', () => {
    fc.assert(
      fc.property(terms, text, (list, content) => {
        const alphabet = new Set(list.flatMap(({ term: each }) => [...each].filter((character) => character !== ' ')));
        const expected = list.flatMap((entry, index) =>
          [...content.matchAll(slowExpression(entry, alphabet))].map(
            (match) => `${index}:${match.index}-${match.index + match[1]!.length}`,
          ),
        );
        const actual = new TermAutomaton(list).scan(content).map(({ entry, start, end }) => `${entry}:${start}-${end}`);
        expect(actual.sort()).toEqual(expected.sort());
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);
});
