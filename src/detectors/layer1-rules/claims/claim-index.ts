import { type ReadText, readWords } from './claim-words.ts';

/** A claim that fact-checkers have dealt with. */
export interface KnownClaim {
  readonly id: string;
  readonly claim: string;
  /** Other wordings of the same. */
  readonly variants: readonly string[];
}

/** Words of the text, and how much of the claim they make up. */
export interface ClaimMatch {
  readonly claim: KnownClaim;
  /** Share of the claim's weight that stands together in the text, 0..1. */
  readonly similarity: number;
  /** Offsets of the original text. */
  readonly start: number;
  readonly end: number;
  /** The text says the opposite of the claim, or that it is false. */
  readonly denied: boolean;
}

interface Wording {
  readonly claim: KnownClaim;
  readonly stems: ReadonlyMap<number, number>;
  readonly weight: number;
  readonly words: number;
  readonly denials: number;
}

/** A claim in fewer telling words than this would be found everywhere. */
export const fewestTellingWords = 4;
export const mostClaimWords = 60;

/** How much of a claim has to be there. One telling word of five may be another one. */
const leastSimilarity = 0.75;
/** Texts are looked at so many words at a time, each time with what came before: any wording fits in whole. */
const windowWords = 160;
const windowStep = 90;
/** Behind that nothing is looked at. */
const mostWords = 4_000;
const mostMatches = 10;

/** What a text may say between the words of a claim. */
const longestSpread = (words: number): number => Math.ceil(words * 2.5) + 6;

/** The telling words of a wording, once each. @returns none for one that is too short, or too long */
export const tellingWords = (wording: string): ReadonlySet<string> => {
  const { words, isFunction, stances } = readWords(wording, mostClaimWords + 1);
  if (words.length > mostClaimWords) return new Set();
  const telling = new Set(
    words.filter((_, index) => !isFunction[index] && stances[index] === undefined).map(({ stem }) => stem),
  );
  return telling.size < fewestTellingWords ? new Set() : telling;
};

/**
 * Finds claims again in texts, whatever the order of their words and with others between them. The similarity is the containment of the
 * claim in a short stretch of text, words weighted by how rare they are among the claims (inverse document frequency, Sparck Jones 1972).
 * An inverted index makes the cost depend on the text and on how many claims share its words, not on their number.
 */
export class ClaimIndex {
  readonly #wordings: Wording[] = [];
  readonly #stems = new Map<string, number>();
  readonly #postings: Uint32Array[] = [];
  readonly #weights: Float64Array;
  /** Scratch: the weight found so far, by wording. Always left as zeros. */
  readonly #found: Float64Array;

  constructor(claims: readonly KnownClaim[]) {
    const wordings = claims.flatMap((claim) =>
      [claim.claim, ...claim.variants].map((text) => ({ claim, text, telling: tellingWords(text) })),
    );
    const usable = wordings.filter(({ telling }) => telling.size > 0);
    const postings: number[][] = [];
    usable.forEach(({ telling }, index) => {
      for (const stem of telling) {
        let number = this.#stems.get(stem);
        if (number === undefined) {
          number = postings.length;
          this.#stems.set(stem, number);
          postings.push([]);
        }
        postings[number]!.push(index);
      }
    });
    this.#postings = postings.map((list) => Uint32Array.from(list));
    const count = usable.length;
    this.#weights = Float64Array.from(
      postings,
      (list) => 0.5 + (0.5 * Math.log(1 + count / list.length)) / Math.log(1 + count),
    );
    for (const { claim, text, telling } of usable) {
      const stems = new Map([...telling].map((stem) => [this.#stems.get(stem)!, 1]));
      const weight = [...stems.keys()].reduce((sum, stem) => sum + this.#weights[stem]!, 0);
      const { words, stances } = readWords(text, mostClaimWords);
      const denials = stances.filter((stance) => stance !== undefined).length;
      this.#wordings.push({ claim, stems, weight, words: words.length, denials });
    }
    this.#found = new Float64Array(count);
  }

  /** The claims that the text repeats, or denies: the best place of each, the surest first. */
  find(text: string): readonly ClaimMatch[] {
    if (this.#wordings.length === 0) return [];
    const read = readWords(text, mostWords);
    const numbers = Int32Array.from(read.words, ({ stem }) => this.#stems.get(stem) ?? -1);
    const best = new Map<KnownClaim, ClaimMatch>();
    for (let from = 0; ; from += windowStep) {
      const to = Math.min(read.words.length, from + windowWords);
      for (const index of this.#candidates(numbers, from, to)) {
        const match = this.#closest(this.#wordings[index]!, numbers, read, from, to);
        const known = match === undefined ? undefined : best.get(match.claim);
        if (match !== undefined && (known === undefined || match.similarity > known.similarity))
          best.set(match.claim, match);
      }
      if (to === read.words.length) break;
    }
    return [...best.values()].sort((left, right) => right.similarity - left.similarity).slice(0, mostMatches);
  }

  /** Wordings of which enough stands anywhere between the two words. */
  #candidates(numbers: Int32Array, from: number, to: number): readonly number[] {
    const touched: number[] = [];
    for (const stem of new Set(numbers.subarray(from, to))) {
      if (stem < 0) continue;
      const weight = this.#weights[stem]!;
      for (const wording of this.#postings[stem]!) {
        if (this.#found[wording] === 0) touched.push(wording);
        this.#found[wording]! += weight;
      }
    }
    const candidates: number[] = [];
    for (const wording of touched) {
      if (this.#found[wording]! >= leastSimilarity * this.#wordings[wording]!.weight) candidates.push(wording);
      this.#found[wording] = 0;
    }
    return candidates;
  }

  /** The stretch of text that holds most of the wording. */
  #closest(
    { claim, stems, weight, words, denials }: Wording,
    numbers: Int32Array,
    read: ReadText,
    from: number,
    to: number,
  ): ClaimMatch | undefined {
    const places: number[] = [];
    for (let index = from; index < to; index += 1) if (stems.has(numbers[index]!)) places.push(index);
    const counts = new Map<number, number>();
    const spread = longestSpread(words);
    let held = 0;
    let first = 0;
    let best = { held: 0, first: 0, last: 0 };
    places.forEach((place, last) => {
      const stem = numbers[place]!;
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
      if (counts.get(stem) === 1) held += this.#weights[stem]!;
      // A word that comes again further on is not needed at the beginning.
      for (;;) {
        const leading = numbers[places[first]!]!;
        const tooWide = place - places[first]! >= spread;
        if (!tooWide && (counts.get(leading)! < 2 || first === last)) break;
        counts.set(leading, counts.get(leading)! - 1);
        if (counts.get(leading) === 0) held -= this.#weights[leading]!;
        first += 1;
      }
      if (held > best.held + 1e-9) best = { held, first: places[first]!, last: place };
    });
    const similarity = Math.min(1, best.held / weight);
    if (similarity < leastSimilarity) return undefined;
    const { start } = read.span(read.words[best.first]!.start, read.words[best.first]!.end);
    const { end } = read.span(read.words[best.last]!.start, read.words[best.last]!.end);
    return { claim, similarity, start, end, denied: denialsAround(read, best.first, best.last) % 2 !== denials % 2 };
  }
}

const wordsBefore = 6;
const wordsBehind = 4;

/** "It is a myth that ...", "... is false": what is said of the claim counts shortly before and behind it, too. */
const denialsAround = ({ stances }: ReadText, first: number, last: number): number => {
  let count = 0;
  for (
    let index = Math.max(0, first - wordsBefore);
    index <= Math.min(stances.length - 1, last + wordsBehind);
    index += 1
  ) {
    const inside = index >= first && index <= last;
    if (inside ? stances[index] !== undefined : stances[index] === 'debunks') count += 1;
  }
  return count;
};
