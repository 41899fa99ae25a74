import type { NormalisedText } from './normalise.ts';
import { type AutomatonTerm, type RejectedTerm, TermAutomaton } from './term-automaton.ts';
import type { Span, ViewKind } from './text-view.ts';

export interface MatcherTerm extends AutomatonTerm {
  /** A term that clears: a blocking match that overlaps it does not count ("Dick Van Dyke"). */
  readonly allow?: boolean;
}

/** A term found in a text. `entry` is the term's index, the span is in original UTF-16 offsets. */
export interface TermMatch extends Span {
  readonly entry: number;
  /** The least changed reading in which it was found. */
  readonly view: ViewKind;
}

/** More matches than this in one reading say nothing new; the cap keeps a hostile text from filling the memory. */
const matchesPerView = 2_000;

const overlaps = (one: Span, other: Span): boolean => one.start < other.end && other.start < one.end;

/** Spans that are asked for overlap in ascending order of their start. */
const notOverlapped = <Match extends Span>(matches: readonly Match[], allowed: readonly Span[]): readonly Match[] => {
  if (allowed.length === 0) return matches;
  const sorted = [...allowed].sort((one, other) => one.start - other.start);
  // The furthest end so far, so that one look at the last span that starts early enough decides.
  const furthest: Span[] = [];
  for (const span of sorted) {
    const before = furthest.at(-1);
    furthest.push({ start: span.start, end: Math.max(span.end, before?.end ?? 0) });
  }
  return matches.filter((match) => {
    let low = 0;
    let high = furthest.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (furthest[middle]!.start < match.end) low = middle + 1;
      else high = middle;
    }
    return low === 0 || furthest[low - 1]!.end <= match.start;
  });
};

/** Finds terms in every reading of a text. */
export class TermMatcher {
  readonly #automaton: TermAutomaton;
  readonly #allow: Uint8Array;

  constructor(terms: readonly MatcherTerm[]) {
    this.#automaton = new TermAutomaton(terms);
    this.#allow = Uint8Array.from(terms, ({ allow }) => (allow === true ? 1 : 0));
  }

  /** Terms that were left out, by index. */
  get rejected(): readonly RejectedTerm[] {
    return this.#automaton.rejected;
  }

  /**
   * Blocking terms of the text that no allowed one overlaps, each stretch of the original once per term. An allowed term counts in the
   * reading where it is found and in those changed further, so that disguising a text never makes it cleaner.
   */
  match(text: NormalisedText): TermMatch[] {
    const found: TermMatch[] = [];
    const allowed: Span[] = [];
    for (const view of text.views) {
      const matches = this.#automaton.scan(view.text, matchesPerView);
      if (matches.length === 0) continue;
      const blocked: TermMatch[] = [];
      for (const { entry, start, end } of matches) {
        const span = view.span(start, end);
        if (this.#allow[entry] === 1) allowed.push(span);
        else blocked.push({ entry, view: view.kind, ...span });
      }
      for (const match of notOverlapped(blocked, allowed)) {
        if (view.kind === 'folded' || !found.some((other) => other.entry === match.entry && overlaps(other, match))) {
          found.push(match);
        }
      }
    }
    return found;
  }
}
