import { cuss } from 'cuss';
import naughtyArabic from 'naughty-words/ar.json' with { type: 'json' };
import naughtyCzech from 'naughty-words/cs.json' with { type: 'json' };
import naughtyDanish from 'naughty-words/da.json' with { type: 'json' };
import naughtyGerman from 'naughty-words/de.json' with { type: 'json' };
import naughtyEnglish from 'naughty-words/en.json' with { type: 'json' };
import naughtyEsperanto from 'naughty-words/eo.json' with { type: 'json' };
import naughtySpanish from 'naughty-words/es.json' with { type: 'json' };
import naughtyPersian from 'naughty-words/fa.json' with { type: 'json' };
import naughtyFinnish from 'naughty-words/fi.json' with { type: 'json' };
import naughtyFilipino from 'naughty-words/fil.json' with { type: 'json' };
import naughtyFrench from 'naughty-words/fr.json' with { type: 'json' };
import naughtyQuebecois from 'naughty-words/fr-CA-u-sd-caqc.json' with { type: 'json' };
import naughtyHindi from 'naughty-words/hi.json' with { type: 'json' };
import naughtyHungarian from 'naughty-words/hu.json' with { type: 'json' };
import naughtyItalian from 'naughty-words/it.json' with { type: 'json' };
import naughtyJapanese from 'naughty-words/ja.json' with { type: 'json' };
import naughtyKabyle from 'naughty-words/kab.json' with { type: 'json' };
import naughtyKorean from 'naughty-words/ko.json' with { type: 'json' };
import naughtyDutch from 'naughty-words/nl.json' with { type: 'json' };
import naughtyNorwegian from 'naughty-words/no.json' with { type: 'json' };
import naughtyPolish from 'naughty-words/pl.json' with { type: 'json' };
import naughtyPortuguese from 'naughty-words/pt.json' with { type: 'json' };
import naughtyRussian from 'naughty-words/ru.json' with { type: 'json' };
import naughtySwedish from 'naughty-words/sv.json' with { type: 'json' };
import naughtyThai from 'naughty-words/th.json' with { type: 'json' };
import naughtyKlingon from 'naughty-words/tlh.json' with { type: 'json' };
import naughtyTurkish from 'naughty-words/tr.json' with { type: 'json' };
import naughtyChinese from 'naughty-words/zh.json' with { type: 'json' };
import type { Term, TermList } from '#contracts/lists.ts';
import allowed from './allowed.json' with { type: 'json' };
import english from './english.json' with { type: 'json' };
import otherLanguages from './other-languages.json' with { type: 'json' };
import { readTerm, splitLines, type TermClass, termIdentifier } from './term-notation.ts';

/** The words of both packages that could be meant, with the rating of `cuss` (3 where only `naughty-words` has the word). */
export const englishSourceWords = (): Map<string, number> => {
  const words = new Map(naughtyEnglish.map((word) => [word, 3]));
  for (const [word, rating] of Object.entries(cuss)) words.set(word, rating);
  return words;
};

const naughtyByLanguage: Readonly<Record<string, readonly string[]>> = {
  ar: naughtyArabic,
  cs: naughtyCzech,
  da: naughtyDanish,
  de: naughtyGerman,
  eo: naughtyEsperanto,
  es: naughtySpanish,
  fa: naughtyPersian,
  fi: naughtyFinnish,
  fil: naughtyFilipino,
  fr: naughtyFrench,
  'fr-CA-u-sd-caqc': naughtyQuebecois,
  hi: naughtyHindi,
  hu: naughtyHungarian,
  it: naughtyItalian,
  ja: naughtyJapanese,
  kab: naughtyKabyle,
  ko: naughtyKorean,
  nl: naughtyDutch,
  no: naughtyNorwegian,
  pl: naughtyPolish,
  pt: naughtyPortuguese,
  ru: naughtyRussian,
  sv: naughtySwedish,
  th: naughtyThai,
  tlh: naughtyKlingon,
  tr: naughtyTurkish,
  zh: naughtyChinese,
};

interface Language {
  readonly locale?: string;
  readonly script?: string;
  readonly classes?: Readonly<Record<string, readonly string[]>>;
  readonly leftOut?: readonly string[];
  readonly additions?: Readonly<Record<string, readonly string[]>>;
}

const classes: Readonly<Record<string, TermClass & { terms: readonly string[]; additions: readonly string[] }>> =
  english.classes;

const englishTerms = (): Term[] =>
  Object.entries(classes).flatMap(([name, each]) =>
    splitLines([...each.terms, ...each.additions]).flatMap((notation) => readTerm(notation, name, each)),
  );

const fold = (word: string): string => word.toLowerCase().normalize('NFC');

/** A single character of a script without blanks is part of too many other words. */
const shortestWord = 2;

const termsOf = (words: readonly string[], language: Language): Term[] => {
  const leftOut = new Set(splitLines(language.leftOut ?? []).map(fold));
  const classOf = new Map<string, string>();
  for (const [name, lines] of Object.entries(language.classes ?? {})) {
    for (const word of splitLines(lines)) classOf.set(fold(word), name);
  }
  const terms: Term[] = [];
  for (const word of new Set(words.map(fold))) {
    if (leftOut.has(word) || [...word].length < shortestWord) continue;
    if (language.script !== undefined && /[a-z]/.test(word)) continue;
    const name = classOf.get(word) ?? 'profanity';
    terms.push(...readTerm(word, name, classes[name]!));
  }
  for (const [name, lines] of Object.entries(language.additions ?? {})) {
    for (const notation of splitLines(lines)) terms.push(...readTerm(notation, name, classes[name]!));
  }
  const seen = new Set<string>();
  return terms.filter(({ id }) => !seen.has(id) && seen.add(id) !== undefined);
};

const languageLists = (): TermList[] =>
  Object.entries(otherLanguages.languages as Readonly<Record<string, Language>>).map(([key, language]) => ({
    id: `default-${key}`,
    name: `Default terms (${key})`,
    kind: 'block',
    enabled: true,
    ...(language.locale === undefined ? {} : { locale: language.locale }),
    terms: termsOf(naughtyByLanguage[key] ?? [], language),
    patterns: [],
  }));

const allowList = (): TermList => ({
  id: 'default-allow',
  name: 'Default names and idioms',
  kind: 'allow',
  enabled: true,
  terms: [...new Set(splitLines(allowed.terms))].map((notation) => {
    const term = notation.replace(/\*$/, '');
    const mode = notation.endsWith('*') ? 'prefix' : 'word';
    return { id: termIdentifier('allow', term), term, category: 'harassment', severity: 1, mode };
  }),
  patterns: [],
});

/**
 * The term lists that ship: English from npm's `cuss` (MIT) and `naughty-words` (CC BY 4.0) as mapped by `english.json`, other
 * languages from `naughty-words` as mapped by `other-languages.json`, and names and idioms that win over both. Made anew by each call.
 */
export const loadDefaultTermLists = (): TermList[] => [
  { id: 'default-en', name: 'Default terms', kind: 'block', enabled: true, terms: englishTerms(), patterns: [] },
  ...languageLists(),
  allowList(),
];
