import type { Category } from '#contracts/category.ts';
import type { TextPart } from '#contracts/item.ts';
import type { TermList } from '#contracts/lists.ts';
import type { Evidence } from '#contracts/signal.ts';
import type { Detector, DetectorContext } from '#engine/ports/detector.ts';
import { disguisedCharacters } from '#engine/text/evasion.ts';
import { normalise } from '#engine/text/normalise.ts';
import { createTextDetector, type TextFindings } from '../text-detector.ts';
import { compileLists, type ListFault } from './compile-lists.ts';
import { type Finding, findEntries } from './find-entries.ts';

/** Evidence beyond this says nothing new to a person. */
const maximumEvidence = 100;

/** Raw score of one entry by severity 1..5: moderate by design, since a term alone never decides a removal. */
const severityScore = (severity: number): number => (1_500 + (severity - 1) * 1_125) / 10_000;
/** What each further, different entry of the category adds, and where that ends. */
const furtherEntry = 0.03;
const highestScore = 0.65;

const profaneCategories: ReadonlySet<Category> = new Set(['harassment', 'hate_speech', 'sexual']);

interface CategoryTally {
  severity: number;
  /** Different entries that do not overlap one another. */
  readonly entries: Set<string>;
  end: number;
}

/** Findings come in order of their start; one word that several lists name counts once. */
const tally = (findings: readonly Finding[]): Map<Category, CategoryTally> => {
  const tallies = new Map<Category, CategoryTally>();
  for (const { entry, start, end } of findings) {
    const known = tallies.get(entry.category) ?? { severity: 0, entries: new Set<string>(), end: 0 };
    known.severity = Math.max(known.severity, entry.severity);
    if (start >= known.end) known.entries.add(`${entry.listId}/${entry.id}`);
    known.end = Math.max(known.end, end);
    tallies.set(entry.category, known);
  }
  return tallies;
};

const categoryScore = ({ severity, entries }: CategoryTally): number => {
  const score = Math.min(highestScore, severityScore(severity) + (entries.size - 1) * furtherEntry);
  return Math.round(score * 10_000) / 10_000;
};

const toEvidence = (partId: string, { entry, start, end, disguised }: Finding): Evidence => ({
  kind: 'span',
  partId,
  start,
  end,
  category: entry.category,
  label: `${entry.listName}: ${entry.id}${disguised ? ' (disguised)' : ''}`.slice(0, 200),
  weight: severityScore(entry.severity),
});

export interface TermsDetector extends Detector {
  /** Terms and patterns that the lists hold but the detector cannot use. */
  readonly faults: readonly ListFault[];
}

/**
 * Terms and patterns of the given lists, found in every reading of a text. Scores a category only where something was found; a term
 * alone scores .15 to .6 by its severity. The attribute `profanity` is the chance that the text is coarse.
 *
 * `version` changes with the lists; pass something that does, such as the configuration epoch.
 */
export const createTermsDetector = (lists: readonly TermList[], listVersion = '1'): TermsDetector => {
  const compiled = compileLists(lists);
  const inspect = (part: TextPart, context: DetectorContext, abort: AbortSignal): TextFindings => {
    const text = normalise(part.text);
    const { findings, complete } = findEntries(compiled, text, context.item.locale, () => abort.aborted);
    const scores: Record<Category, number> = {};
    let profanity = 0;
    for (const [category, found] of tally(findings)) {
      scores[category] = categoryScore(found);
      if (profaneCategories.has(category)) profanity = Math.max(profanity, (50 + found.severity * 8) / 100);
    }
    // What was found stays as evidence; scores of an unfinished search would pass for the whole.
    const reason = abort.aborted ? 'aborted' : 'the patterns did not finish on a text this long';
    return {
      ...(complete ? { scores } : { status: 'unavailable', reason, scores: {} }),
      attributes: {
        ...(profanity > 0 ? { profanity } : {}),
        ...(findings.length > 0 ? { terms: findings.length } : {}),
        ...(findings.some(({ disguised }) => disguised) ? { disguised_terms: true } : {}),
        ...(disguisedCharacters(text.evasion) > 0 ? { disguised_characters: disguisedCharacters(text.evasion) } : {}),
      },
      evidence: findings.slice(0, maximumEvidence).map((finding) => toEvidence(part.id, finding)),
    };
  };

  return {
    ...createTextDetector({ id: 'terms', version: `1.${listVersion}`, judges: compiled.categories, inspect }),
    faults: compiled.faults,
  };
};
