import { normalise } from '#engine/text/normalise.ts';
import { findWords } from '../structural/words.ts';

/** A word of a text as claims are compared by: folded and without its ending. Offsets are of the folded reading. */
export interface ClaimWord {
  readonly stem: string;
  readonly start: number;
  readonly end: number;
}

/** Words that are in every sentence, and say nothing of what it claims. */
const functionWords = new Set(
  (
    'a an the of in on at to for from by with as and or but if so that this these those it its is are was were be been being am has have had do ' +
    'does did will would can could may might shall should i you he she we they me him her us them my your his our their who which what when ' +
    'where how why there here than then also just very too about into over after before again more most some any all each every own same ' +
    "such only up out off down now it's that's there's they're we're you're i'm i've they've"
  ).split(' '),
);

const negations = new Set(
  "no not never none nobody neither nor without cannot can't don't doesn't didn't won't isn't aren't wasn't weren't haven't hasn't".split(
    ' ',
  ),
);
/** Said of a claim, before it or behind it. */
const debunks = new Set('false untrue myth hoax debunk debunks debunked'.split(' '));

/** How a word bears on whether a claim is made or denied. */
export type Stance = 'negates' | 'debunks' | undefined;

/** Of a word as it stands in the text, not of its stem. */
const stanceOf = (word: string): Stance => {
  const plain = word.replaceAll('\u2019', "'");
  if (negations.has(plain)) return 'negates';
  return debunks.has(plain) ? 'debunks' : undefined;
};

/** Takes the commonest endings off, the same for claims and for texts: `causes`, `caused`, `causing` and `cause` are one word. */
export const stemOf = (word: string): string => {
  const bare = word.replace(/['\u2019]s?$/, '');
  const cut =
    bare.length > 5 ? bare.replace(/(?:ing|ies|es|ed|s|ly)$/, '') : bare.length > 3 ? bare.replace(/s$/, '') : bare;
  return cut.length > 3 ? cut.replace(/[ey]$/, '') : cut;
};

export interface ReadText {
  /** Every word, function words included. */
  readonly words: readonly ClaimWord[];
  readonly stances: readonly Stance[];
  readonly isFunction: readonly boolean[];
  /** Offsets of the original text. */
  span(start: number, end: number): { readonly start: number; readonly end: number };
}

/** The first `maximumWords` words of a text. */
export const readWords = (text: string, maximumWords: number): ReadText => {
  const reading = normalise(text);
  const places = findWords(reading);
  const words: ClaimWord[] = [];
  const stances: Stance[] = [];
  const functional: boolean[] = [];
  for (let index = 0; index < places.length && words.length < maximumWords; index += 2) {
    const start = places[index]!;
    const end = places[index + 1]!;
    const word = reading.text.slice(start, end);
    words.push({ stem: stemOf(word), start, end });
    stances.push(stanceOf(word));
    functional.push(functionWords.has(word));
  }
  return { words, stances, isFunction: functional, span: (start, end) => reading.span(start, end) };
};
