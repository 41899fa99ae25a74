import { MaskedTerms } from './masked-terms.ts';
import type { NormalisedText } from './normalise.ts';
import { withoutOverlapped } from './overlap.ts';
import { type AutomatonTerm, type RejectedTerm, TermAutomaton } from './term-automaton.ts';
import type { Span, TextView } from './text-view.ts';

export interface MatcherTerm extends AutomatonTerm {
  /** A term that clears: a blocking match that overlaps it does not count ("Dick Van Dyke"). */
  readonly allow?: boolean;
}

/** A term found in a text. `entry` is the term's index, the span is in original UTF-16 offsets. */
export interface TermMatch extends Span {
  readonly entry: number;
  /** Found only after undoing more than a change of case. */
  readonly disguised: boolean;
  /** Letters are blotted out, so that other terms may fit the same stretch; they are all given. */
  readonly masked: boolean;
}

export interface TermMatches {
  /** Blocking terms that no allowed one overlaps; each stretch of the original once per term, from the least changed reading. */
  readonly blocked: readonly TermMatch[];
  /** Where allowed terms stand in the text as it is written. */
  readonly allowed: readonly Span[];
}

/** More matches than this in one reading say nothing new; the cap keeps a hostile text from filling the memory. */
const matchesPerView = 2_000;

/** Remembers what was found, so that the same stretch is not found again in a further reading. */
class FoundSpans {
  readonly #byEntry = new Map<number, Span[]>();

  add(entry: number, span: Span): void {
    const spans = this.#byEntry.get(entry);
    if (spans === undefined) this.#byEntry.set(entry, [span]);
    else spans.push(span);
  }

  /** Only the first few places of a term are compared: past them a repetition in the evidence does no harm. */
  overlaps(entry: number, span: Span): boolean {
    const spans = this.#byEntry.get(entry);
    return spans?.slice(0, 50).some((known) => known.start < span.end && span.start < known.end) === true;
  }
}

const isDisguised = (original: string, view: TextView, start: number, end: number, span: Span): boolean =>
  view.kind !== 'folded' || original.slice(span.start, span.end).toLowerCase() !== view.text.slice(start, end);

const everything = (): boolean => true;

/** Finds terms in every reading of a text. */
export class TermMatcher {
  readonly #automaton: TermAutomaton;
  readonly #masked: MaskedTerms;
  readonly #allow: Uint8Array;

  constructor(terms: readonly MatcherTerm[]) {
    this.#automaton = new TermAutomaton(terms);
    this.#masked = new MaskedTerms(terms);
    this.#allow = Uint8Array.from(terms, ({ allow }) => (allow === true ? 1 : 0));
  }

  /** Terms that were left out, by index. */
  get rejected(): readonly RejectedTerm[] {
    return this.#automaton.rejected;
  }

  /**
   * The terms of a text, of those that `applies` accepts. An allowed term counts in the reading where it is found and in those changed
   * further, so that disguising a text never makes it cleaner.
   */
  match(text: NormalisedText, applies: (entry: number) => boolean = everything): TermMatches {
    const blocked: TermMatch[] = [];
    const allowed: Span[] = [];
    let allowedAsWritten = 0;
    const known = new FoundSpans();
    for (const view of text.views) {
      const candidates: TermMatch[] = [];
      for (const { entry, start, end } of this.#automaton.scan(view.text, matchesPerView)) {
        if (!applies(entry)) continue;
        const span = view.span(start, end);
        if (this.#allow[entry] === 1) allowed.push(span);
        else
          candidates.push({
            entry,
            ...span,
            disguised: isDisguised(text.original, view, start, end, span),
            masked: false,
          });
      }
      if (view.kind === 'folded') allowedAsWritten = allowed.length;
      for (const match of withoutOverlapped(candidates, allowed)) {
        if (known.overlaps(match.entry, match)) continue;
        blocked.push(match);
        known.add(match.entry, match);
      }
    }
    this.#addMasked(text, applies, blocked, known);
    return { blocked, allowed: allowed.slice(0, allowedAsWritten) };
  }

  /** A blotted word is taken only where no allowed term fits it as well. */
  #addMasked(text: NormalisedText, applies: (entry: number) => boolean, blocked: TermMatch[], known: FoundSpans): void {
    for (const view of text.views) {
      if (view.kind === 'joined') continue;
      const matches = this.#masked.scan(view.text, matchesPerView).filter(({ entry }) => applies(entry));
      const allowed = new Set(matches.filter(({ entry }) => this.#allow[entry] === 1).map(({ start }) => start));
      for (const { entry, start, end } of matches) {
        const span = view.span(start, end);
        if (allowed.has(start) || known.overlaps(entry, span)) continue;
        blocked.push({ entry, ...span, disguised: true, masked: true });
        known.add(entry, span);
      }
    }
  }
}
