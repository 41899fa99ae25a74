import { performance } from 'node:perf_hooks';
import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';
import type { TermList } from '#contracts/lists.ts';
import { loadDefaultTermLists } from '#detectors/layer1-rules/default-terms/default-term-lists.ts';
import { createTermsDetector } from '#detectors/layer1-rules/terms/terms-detector.ts';
import type { DetectorInput } from '#engine/ports/detector.ts';
import { disguises } from '#engine/text/disguises.ts';
import { normalise } from '#engine/text/normalise.ts';
import { compilePatternSet } from '#engine/text/pattern-set.ts';
import { type MatcherTerm, TermMatcher } from '#engine/text/term-matcher.ts';
import { measure } from './measure.ts';
import type { BenchRow } from './table.ts';

const termCount = 10_000;
const patternCount = 200;
const textCount = 2_000;
const textLength = 160;

/** A linear congruential generator: the same texts in every run. */
export const seeded = (seed: number) => (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 4_294_967_296;
};

const syllables = 'ba ko ri zen mu ta lo she pre ing der ant que ol vi sto gra ne plu hem'.split(' ');
const words =
  "the and you that it's was for on are with as I his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know".split(
    ' ',
  );

/** Made-up terms in all three modes, beside the lists that ship. */
export const makeTerms = (random: () => number, count: number): MatcherTerm[] => {
  const modes = ['word', 'word', 'prefix', 'substring'] as const;
  const made = new Set<string>();
  while (made.size < count) {
    const length = 3 + Math.floor(random() * 3);
    made.add(Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)]).join(''));
  }
  return [...made].map((term, index) => ({ term, mode: modes[index % modes.length]! }));
};

/** Ordinary prose with punctuation; one text in ten holds a term, one in twenty a disguised one. */
export const makeTexts = (random: () => number, terms: readonly string[]): string[] => {
  const ways = Object.values(disguises);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: textCount }, (_, index) => {
    let text = '';
    while (text.length < textLength - 10) {
      text += pick(words) + (random() < 0.08 ? pick(['. ', ', ', '! ', ' - ', '? ']) : ' ');
      if (text.length > 60 && text.length < 66 && index % 10 === 0) {
        text += `${index % 20 === 0 ? pick(ways)(pick(terms)) : pick(terms)} `;
      }
    }
    return text.slice(0, textLength);
  });
};

const measureTexts = (
  name: string,
  texts: readonly string[],
  call: (text: string) => unknown,
  note?: string,
): Promise<BenchRow> =>
  measure(
    name,
    texts.map((text) => () => call(text)),
    note,
  );

const quote = (term: string): string => term.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** What one would write without an automaton: every term in one V8 expression. Finds nothing that is disguised. */
const alternationOf = (terms: readonly MatcherTerm[]): RegExp => {
  const pieces = terms.map(({ term, mode }) => {
    const body = quote(term);
    if (mode === 'substring') return body;
    return mode === 'prefix' ? `\\b${body}` : `\\b${body}\\b`;
  });
  return new RegExp(pieces.join('|'), 'gi');
};

export const patternSources = (): string[] =>
  Array.from({ length: patternCount }, (_, index) => {
    const [one, two, three] = [3, 5, 7].map((step) => words[(index * step) % words.length]);
    return `(?i)\\b${one}\\W{1,3}(${two}|${three})[a-z]{0,3}${index}\\b`;
  });

const inputOf = (text: string): DetectorInput => {
  const part = { id: 'body', kind: 'text', text } as const;
  return {
    part,
    context: {
      item: { account: { id: 'bench' }, surface: 'comment', parts: [part], locale: 'en' },
      account: { id: 'bench', tier: 'new' },
      counters: {},
      reposts: {},
      signals: [],
      now: 0,
    },
  };
};

export const toList = (terms: readonly MatcherTerm[], sources: readonly string[]): TermList => ({
  id: 'bench',
  name: 'Bench',
  kind: 'block',
  enabled: true,
  terms: terms.map(({ term, mode }, index) => ({ id: `t${index}`, term, mode, category: 'spam', severity: 2 })),
  patterns: sources.map((source, index) => ({ id: `p${index}`, source, category: 'spam', severity: 2 })),
});

const longNames = (): BenchRow => {
  const text = 'f.u n k y t 0 w n — '.repeat(10_000);
  const started = performance.now();
  normalise(text);
  const elapsed = performance.now() - started;
  return { name: 'normalise, 200,000 hostile characters, once', medianMs: elapsed, note: 'linear in the length' };
};

/** Normalisation, 10,000 terms and 200 expressions on texts of 160 characters, against what else there is, in one run. */
export async function benchLayer1Text(): Promise<BenchRow[]> {
  const random = seeded(11);
  const defaults = loadDefaultTermLists();
  const shipped = defaults.reduce((sum, { terms }) => sum + terms.length, 0);
  const terms = makeTerms(random, termCount - shipped);
  const sources = patternSources();
  const texts = makeTexts(
    random,
    terms.map(({ term }) => term),
  );
  const started = performance.now();
  const detector = createTermsDetector([...defaults, toList(terms, sources)]);
  const built = performance.now() - started;
  if (detector.faults.length > 0) throw new Error(detector.faults[0]!.reason);
  const everyTerm = [
    ...defaults.flatMap((list) => list.terms.map(({ term, mode }) => ({ term, mode, allow: list.kind === 'allow' }))),
    ...terms,
  ];
  const matcher = new TermMatcher(everyTerm);
  const few = new TermMatcher(everyTerm.slice(0, termCount / 10));
  const { set } = compilePatternSet(sources.map((source) => ({ source })));
  const obscenity = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });
  const alternation = alternationOf(everyTerm.filter(({ allow }) => !allow));
  const normalised = new Map(texts.map((text) => [text, normalise(text)]));
  const { signal } = new AbortController();
  return [
    await measureTexts(
      'the whole detector: normalise, 10,000 terms, 200 expressions',
      texts,
      (text) => detector.detect([inputOf(text)], signal),
      `built in ${built.toFixed(0)} ms`,
    ),
    await measureTexts('normalise alone, every reading', texts, normalise),
    await measureTexts('10,000 terms in the readings', texts, (text) => matcher.match(normalised.get(text)!)),
    await measureTexts(
      '1,000 terms in the readings',
      texts,
      (text) => few.match(normalised.get(text)!),
      'the cost does not grow with the list',
    ),
    await measureTexts('200 expressions in one RE2 set', texts, (text) => set.match(text)),
    await measureTexts(
      'alternative: obscenity, its own dataset',
      texts,
      (text) => obscenity.getAllMatches(text),
      `about ${englishDatasetSize} terms`,
    ),
    await measureTexts(
      'alternative: one V8 alternation of the 10,000 terms',
      texts,
      (text) => [...text.matchAll(alternation)].length,
      'undoes no disguise',
    ),
    longNames(),
  ];
}

const englishDatasetSize = englishDataset.build().blacklistedTerms.length;
