import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { termListSchema } from '#contracts/lists.ts';
import { normalise } from '#engine/text/normalise.ts';
import { compileLists } from '../terms/compile-lists.ts';
import { findEntries } from '../terms/find-entries.ts';
import { englishSourceWords, loadDefaultTermLists } from './default-term-lists.ts';
import english from './english.json' with { type: 'json' };
import { readTerm, splitLines } from './term-notation.ts';

const lists = loadDefaultTermLists();
const compiled = compileLists(lists);
const findings = (text: string, locale?: string) =>
  findEntries(compiled, normalise(text), locale, () => false).findings;

describe('the default lists', () => {
  it('are lists as the contract has them, with ids that differ, and nothing that cannot be used', () => {
    for (const list of lists) {
      termListSchema.parse(list);
      expect(new Set(list.terms.map(({ id }) => id)).size, list.id).toBe(list.terms.length);
    }
    expect(compiled.faults).toEqual([]);
  });

  it('say of every word of the packages what it means, or that it is left out', () => {
    const leftOut = new Set(splitLines(english.leftOut));
    const terms = Object.entries(english.classes).flatMap(([name, each]) =>
      splitLines([...each.terms, ...each.additions]).flatMap((notation) => readTerm(notation, name, each)),
    );
    const covered = (word: string): boolean =>
      terms.some(
        ({ term, mode }) =>
          word === term ||
          (mode === 'prefix' && word.startsWith(term)) ||
          (mode === 'substring' && word.includes(term)),
      );
    const unknown = [...englishSourceWords()].filter(
      ([word, rating]) => rating > 0 && !leftOut.has(word) && !covered(word),
    );
    expect(unknown).toEqual([]);
  });

  it('take only words of the packages for theirs', () => {
    const source = englishSourceWords();
    for (const each of Object.values(english.classes)) {
      for (const notation of splitLines(each.terms)) {
        const word = notation.replace(/^\*/, '').replace(/[*+]$/, '');
        expect(source.has(word), word).toBe(true);
      }
    }
  });

  it('read words of another language only where that is the language, unless their script tells', () => {
    for (const list of lists) {
      if (list.locale !== undefined || list.id === 'default-en' || list.kind === 'allow') continue;
      for (const { term } of list.terms) expect(term).not.toMatch(/^[a-z ]+$/);
    }
  });
});

describe('must not be flagged', () => {
  it.each([
    'The sex education class talked about gay marriage, breast cancer and black history.',
    'My Jewish neighbour and her lesbian daughter live in Scunthorpe.',
    'Dick Van Dyke drank a cocktail with Alfred Hitchcock in Middlesex.',
    'The assassin passed the grass; assess the classic bass.',
    'A chink in the armour, spick and span, and a Maine coon cat.',
    'Homo sapiens, raccoons and shiitake mushrooms.',
    'I was raped and I am looking for a therapist; suicide prevention helps.',
    'My penis hurts, should I see a doctor about my vagina or anus?',
    'kill the process with kill -9, then execute the master and the slave',
    'She graduated summa cum laude from Essex.',
    'Nigeria and Niger are countries; he sniggered niggardly.',
    'He gave a retardant and analysed the analog title.',
  ])('%s', (text) => {
    expect(findings(text, 'en').map(({ entry }) => entry.id)).toEqual([]);
  });
});

const fixtures = process.env.TIDEGATE_FIXTURES;

describe.skipIf(fixtures === undefined)('on benign sets', () => {
  it.each([
    ['clinc_benign', 0.001],
    ['wikitalk_cat_large', 0.01],
  ])('%s: terms are rare', (name, limit) => {
    const file = gunzipSync(readFileSync(join(fixtures!, 'text', `${name}.jsonl.gz`))).toString();
    const rows = file
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string; labels: { toxicity?: number } });
    const benign = rows.filter(({ labels }) => labels.toxicity !== 1);
    const flagged = benign.filter(({ text }) => findings(text, 'en').length > 0);
    expect(flagged.length / benign.length).toBeLessThan(limit);
    const disguised = benign.filter(({ text }) => findings(text, 'en').some((finding) => finding.disguised));
    expect(disguised.length / benign.length).toBeLessThan(0.0005);
  });
});
