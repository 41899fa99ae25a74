import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTerms, splitCsvLine, termsToCsv } from './parse-terms.ts';

const defaults = { category: 'spam', severity: 2, mode: 'word' } as const;
const categories = new Set(['spam', 'violence']);
const parse = (text: string, present: readonly string[] = []) =>
  parseTerms(text, defaults, categories, new Set(present));
const bare = (text: string, present: readonly string[] = []) => {
  const { terms, ...rest } = parse(text, present);
  return { ...rest, terms: terms.map(({ id: _, ...term }) => term) };
};

describe('reading terms from pasted lines and CSV', () => {
  it('takes what a line leaves out from the defaults, and passes over the head and empty lines', () => {
    expect(bare('term,category\r\nboat\r\n\r\n"one, two",violence,5,substring')).toEqual({
      terms: [
        { term: 'boat', category: 'spam', severity: 2, mode: 'word' },
        { term: 'one, two', category: 'violence', severity: 5, mode: 'substring' },
      ],
      faults: [],
      duplicates: 0,
    });
  });

  it('names the line of each fault, and leaves out what is there already', () => {
    const { terms, faults, duplicates } = bare(
      `Boat\nmast,weather\nsail,spam,9\nkeel,spam,1,maybe\n${'x'.repeat(201)}\nboat`,
      ['oar', 'boat'],
    );
    expect(terms).toEqual([]);
    expect(duplicates).toBe(2);
    expect(faults).toEqual([
      { line: 2, kind: 'category' },
      { line: 3, kind: 'severity' },
      { line: 4, kind: 'mode' },
      { line: 5, kind: 'length' },
    ]);
  });

  it('reads back what it wrote', () => {
    const word = fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, '').trim());
    fc.assert(
      fc.property(word, (term) => {
        fc.pre(term !== '' && term.toLowerCase() !== 'term');
        const written = termsToCsv([{ id: 'a', term, category: 'violence', severity: 3, mode: 'prefix' }]);
        expect(bare(written).terms).toEqual([{ term, category: 'violence', severity: 3, mode: 'prefix' }]);
      }),
    );
  });

  it('splits at commas, semicolons and tabs, but not inside quotes', () => {
    expect(splitCsvLine('a;"b ""c"", d"\te')).toEqual(['a', 'b "c", d', 'e']);
  });
});
