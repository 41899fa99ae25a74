import type { Category } from '#contracts/category.ts';
import type { TermList } from '#contracts/lists.ts';
import { compilePatternSet, type PatternSet } from '#engine/text/pattern-set.ts';
import { type MatcherTerm, TermMatcher } from '#engine/text/term-matcher.ts';

/** A term or a pattern with the list that it came from. */
export interface ListEntry {
  readonly id: string;
  readonly listId: string;
  readonly listName: string;
  readonly category: Category;
  readonly severity: number;
  readonly allow: boolean;
  /** BCP 47 tag, lower case; undefined for every language. */
  readonly locale: string | undefined;
}

/** An entry that cannot be used, and why. */
export interface ListFault {
  readonly listId: string;
  readonly entryId: string;
  /** UTF-16 offset in a pattern's source. */
  readonly offset?: number;
  readonly reason: string;
}

export interface CompiledLists {
  /** By the matcher's index. */
  readonly terms: readonly ListEntry[];
  readonly matcher: TermMatcher;
  /** By the pattern set's index. */
  readonly patterns: readonly ListEntry[];
  readonly patternSet: PatternSet;
  readonly categories: readonly Category[];
  readonly faults: readonly ListFault[];
}

const rejectionReasons = {
  empty: 'nothing is left of the term once it is normalised; use letters, digits, signs or emoji',
  too_long: 'the term is too long; use a pattern',
} as const;

/** Builds one automaton and one pattern set from all enabled lists. Faulty entries are reported and left out. */
export const compileLists = (lists: readonly TermList[]): CompiledLists => {
  const terms: ListEntry[] = [];
  const matcherTerms: MatcherTerm[] = [];
  const patterns: ListEntry[] = [];
  const sources: { source: string }[] = [];
  for (const list of lists) {
    if (!list.enabled) continue;
    const origin = {
      listId: list.id,
      listName: list.name,
      allow: list.kind === 'allow',
      locale: list.locale?.toLowerCase(),
    };
    for (const { id, term, category, severity, mode } of list.terms) {
      terms.push({ id, category, severity, ...origin });
      matcherTerms.push({ term, mode, allow: origin.allow });
    }
    for (const { id, source, category, severity } of list.patterns) {
      patterns.push({ id, category, severity, ...origin });
      sources.push({ source });
    }
  }
  const matcher = new TermMatcher(matcherTerms);
  const { set, errors } = compilePatternSet(sources);
  const faults: ListFault[] = [
    ...matcher.rejected.map(({ index, reason }) => ({
      listId: terms[index]!.listId,
      entryId: terms[index]!.id,
      reason: rejectionReasons[reason],
    })),
    ...errors.map(({ index, offset, reason }) => ({
      listId: patterns[index]!.listId,
      entryId: patterns[index]!.id,
      offset,
      reason,
    })),
  ];
  const blocking = [...terms, ...patterns].filter(({ allow }) => !allow);
  const categories = [...new Set(blocking.map(({ category }) => category))];
  return { terms, matcher, patterns, patternSet: set, categories, faults };
};
