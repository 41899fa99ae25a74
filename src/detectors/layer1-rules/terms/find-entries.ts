import type { NormalisedText } from '#engine/text/normalise.ts';
import { withoutOverlapped } from '#engine/text/overlap.ts';
import type { Span } from '#engine/text/text-view.ts';
import type { CompiledLists, ListEntry } from './compile-lists.ts';

/** An entry found in a text, in original UTF-16 offsets. */
export interface Finding extends Span {
  readonly entry: ListEntry;
  /** Found only after undoing a disguise. */
  readonly disguised: boolean;
}

export interface Findings {
  readonly findings: readonly Finding[];
  /** False where patterns were left unfinished. */
  readonly complete: boolean;
}

/** A list for `pt` is for every Portuguese; one for `pt-BR` for Brazil alone. Lists with a locale do not apply where none is known. */
const appliesTo = (listLocale: string | undefined, itemLocale: string | undefined): boolean =>
  listLocale === undefined ||
  (itemLocale !== undefined && (itemLocale === listLocale || itemLocale.startsWith(`${listLocale}-`)));

/** Patterns see the text as written, and as it reads undisguised where that is more than a change of case. */
const findPatterns = (lists: CompiledLists, text: NormalisedText, stop: () => boolean): Findings => {
  if (lists.patternSet.size === 0) return { findings: [], complete: true };
  const plain = lists.patternSet.match(text.original, stop);
  const findings: Finding[] = plain.matches.map(({ entry, start, end }) => ({
    entry: lists.patterns[entry]!,
    start,
    end,
    disguised: false,
  }));
  if (text.text === text.original.toLowerCase()) return { findings, complete: plain.complete };
  const known = new Set(plain.matches.map(({ entry }) => entry));
  const folded = lists.patternSet.match(text.text, stop);
  for (const { entry, start, end } of folded.matches) {
    if (!known.has(entry)) findings.push({ entry: lists.patterns[entry]!, ...text.span(start, end), disguised: true });
  }
  return { findings, complete: plain.complete && folded.complete };
};

type Match = Finding & { readonly masked: boolean };

/** Of the terms that fit one blotted word, the mildest: nobody is accused of the worst that it could have been. */
const mildestOfMasked = (matches: readonly Match[]): readonly Match[] => {
  const mildest = new Map<string, Match>();
  for (const match of matches) {
    if (!match.masked) continue;
    const place = `${match.start}-${match.end}`;
    const known = mildest.get(place);
    if (known === undefined || match.entry.severity < known.entry.severity) mildest.set(place, match);
  }
  return matches.filter((match) => !match.masked || mildest.get(`${match.start}-${match.end}`) === match);
};

/** Everything that the lists for this locale block in the text, in order of place. Allowed terms and patterns win where they overlap. */
export const findEntries = (
  lists: CompiledLists,
  text: NormalisedText,
  locale: string | undefined,
  stop: () => boolean,
): Findings => {
  const itemLocale = locale?.toLowerCase();
  const inPatterns = findPatterns(lists, text, stop);
  const patterns = inPatterns.findings.filter(({ entry }) => appliesTo(entry.locale, itemLocale));
  const { blocked, allowed } = lists.matcher.match(text, (index) => appliesTo(lists.terms[index]!.locale, itemLocale));
  const allowedPatterns = patterns.filter(({ entry }) => entry.allow);
  const terms = mildestOfMasked(blocked.map((match) => ({ ...match, entry: lists.terms[match.entry]! })));
  const findings = [
    ...withoutOverlapped(terms, allowedPatterns),
    ...withoutOverlapped(
      patterns.filter(({ entry }) => !entry.allow),
      [...allowedPatterns, ...allowed],
    ),
  ];
  return { findings: findings.sort((one, other) => one.start - other.start), complete: inPatterns.complete };
};
