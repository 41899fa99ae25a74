import type { NormalisedText } from '#engine/text/normalise.ts';
import type { Span } from '#engine/text/text-view.ts';
import { between, type Finding } from './finding.ts';

/** Words of a phrase. Shorter runs recur in any text. */
const phraseLength = 4;
const fewestWords = 24;
const maximumSpans = 10;

/** Laughter, singing, counting in, and the like, said over and over: "ha ha ha", "la la la", "no no no", "very very". */
const shortestRepeated = 3;
const repeatable =
  /^(?:(?:h[aeiou]+h?|[jx]a+|he|ho|lo+l|la+|na+|da+|doo?|dum|bla+h?|yea+h?|ye+s|no+|ok|go+|hey|oh|ah|wa+h?|bo+m|tick|knock|very|really|so|much|many|more|far|long|ever|never|again|bye|please|run|wait|stop|happy|love|beep|ding|woof|meow|test)+|\d+)$/;

interface Repeats {
  /** Share of the text's words that lie in a phrase said before. */
  readonly share: number;
  readonly spans: readonly Span[];
}

const repeatedPhrases = (text: NormalisedText, words: readonly number[]): Repeats => {
  const identifiers = new Map<string, number>();
  const sequence: number[] = [];
  const places: number[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const word = text.text.slice(words[at]!, words[at + 1]!);
    const identifier = identifiers.get(word) ?? identifiers.size + 1;
    identifiers.set(word, identifier);
    // A word said several times on end is another matter, see `longestRun`.
    if (sequence[sequence.length - 1] === identifier) continue;
    sequence.push(identifier);
    places.push(at);
  }
  const seen = new Set<number>();
  const spans: Span[] = [];
  let covered = 0;
  let end = 0;
  for (let at = 0; at + phraseLength <= sequence.length; at += 1) {
    let hash = 0;
    for (let word = 0; word < phraseLength; word += 1) hash = (hash * 1_000_003 + sequence[at + word]!) % 9_007_199_254;
    if (!seen.has(hash)) {
      seen.add(hash);
      continue;
    }
    const from = Math.max(end, at);
    end = at + phraseLength;
    covered += end - from;
    const span = text.span(words[places[at]!]!, words[places[end - 1]! + 1]!);
    const last = spans[spans.length - 1];
    if (last !== undefined && span.start <= last.end) spans[spans.length - 1] = { start: last.start, end: span.end };
    else if (spans.length < maximumSpans) spans.push(span);
  }
  return { share: sequence.length < fewestWords ? 0 : covered / sequence.length, spans };
};

/** The longest stretch that says one word over and over, laughter and the like left out. */
const longestRun = (text: NormalisedText, words: readonly number[]): { count: number; span: Span } => {
  let best = 0;
  let bestFrom = 0;
  let from = 0;
  for (let at = 2; at <= words.length; at += 2) {
    const word = text.text.slice(words[from]!, words[from + 1]!);
    const next = at < words.length ? text.text.slice(words[at]!, words[at + 1]!) : undefined;
    if (word === next) continue;
    const count = (at - from) / 2;
    if (count > best && count > 3 && word.length >= shortestRepeated && !repeatable.test(word)) {
      best = count;
      bestFrom = from;
    }
    from = at;
  }
  if (best === 0) return { count: 0, span: { start: 0, end: 0 } };
  return { count: best, span: text.span(words[bestFrom]!, words[bestFrom + best * 2 - 1]!) };
};

const fewestLetters = 8;

interface Lines {
  readonly most: number;
  /** Share of the lines with words that say what an earlier one said. */
  readonly share: number;
  readonly spans: readonly Span[];
}

const repeatedLines = (original: string): Lines => {
  const counts = new Map<string, number>();
  const spans: Span[] = [];
  let lines = 0;
  let repeated = 0;
  let most = 0;
  for (let start = 0; start < original.length; ) {
    const found = original.indexOf('\n', start);
    const end = found < 0 ? original.length : found;
    const line = original.slice(start, end).trim().toLowerCase();
    // Closing brackets, rules and bullets recur in every list and every program.
    if (line.length >= fewestLetters && /\p{L}{3}/u.test(line)) {
      lines += 1;
      const count = (counts.get(line) ?? 0) + 1;
      counts.set(line, count);
      most = Math.max(most, count);
      if (count > 1) {
        repeated += 1;
        if (spans.length < maximumSpans) spans.push({ start, end });
      }
    }
    start = end + 1;
  }
  return { most, share: lines === 0 ? 0 : repeated / lines, spans };
};

/** The same words, phrases or lines over and over. A refrain, laughter or a chant is not enough. */
export const findRepetition = (text: NormalisedText, words: readonly number[]): Finding | undefined => {
  const found: Finding[] = [];
  const add = (label: string, weight: number, value: number, spans: readonly Span[]): void => {
    found.push({ name: 'repetition', label, weight, value, spans });
  };
  const run = longestRun(text, words);
  if (run.count >= 6)
    add(`one word ${run.count} times on end`, between(run.count, 6, 30, 0.25, 0.55), run.count, [run.span]);
  const lines = repeatedLines(text.original);
  if (lines.most >= 4 && lines.share >= 0.6)
    add(`one line ${lines.most} times`, between(lines.most, 4, 16, 0.3, 0.6), lines.most, lines.spans);
  const phrases = repeatedPhrases(text, words);
  if (phrases.share >= 0.55) {
    const label = `${Math.round(phrases.share * 100)} % of the text repeats itself`;
    add(label, between(phrases.share, 0.55, 0.95, 0.25, 0.6), Math.round(phrases.share * 100) / 100, phrases.spans);
  }
  return found.sort((one, other) => other.weight - one.weight)[0];
};
