import { type PerspectiveAttribute, perspectiveAttributes } from '#contracts/perspective.ts';
import type { ContentScorer, Score } from '#features/scoring/index.ts';
import { scoreOfAttribute } from '../../api/compatibility/perspective/attributes.ts';
import { compareScores, matchThreshold } from './comparison.ts';
import type { AttributeReport, ComparisonCounts } from './comparison-report.ts';
import type { ReadEntry } from './read-stored-scores.ts';
import type { FaultyLine, StoredScores } from './stored-scores.ts';

export interface ComparisonRun {
  readonly entries: AsyncIterable<ReadEntry>;
  readonly scorer: ContentScorer;
  /** Thresholds in use, to be chosen again. */
  readonly thresholds: readonly { readonly attribute: PerspectiveAttribute; readonly value: number }[];
  readonly onFault?: (fault: FaultyLine) => void;
  readonly onProgress?: (bytes: number) => void;
}

export interface ComparisonResult {
  readonly reports: readonly AttributeReport[];
  readonly counts: ComparisonCounts;
  /** Attributes of the file that nothing here scores. */
  readonly notScored: readonly PerspectiveAttribute[];
}

/** Texts under way at once. */
const batchSize = 64;

/** Scores every text of the file again and sets both sides beside each other. Texts are not kept, only their scores. */
export const runComparison = async (run: ComparisonRun): Promise<ComparisonResult> => {
  const pairs = new Map<PerspectiveAttribute, { readonly theirs: number[]; readonly ours: number[] }>();
  const missing = new Set<PerspectiveAttribute>();
  const counts = { compared: 0, faulty: 0, otherLanguage: 0, unavailable: 0 };
  let batch: StoredScores[] = [];

  const add = (attribute: PerspectiveAttribute, theirs: number, { aligned }: Score): void => {
    const known = pairs.get(attribute) ?? { theirs: [], ours: [] };
    pairs.set(attribute, known);
    known.theirs.push(theirs);
    known.ours.push(aligned);
  };
  const settle = async (): Promise<void> => {
    const settled = batch;
    batch = [];
    const requests = settled.map(({ text }) => ({ parts: [{ id: 'text', kind: 'text' as const, text }] }));
    const answers = await run.scorer.score(requests);
    for (const [index, { scores }] of settled.entries()) {
      const found = [...scores].map(([attribute, theirs]) => {
        return { attribute, theirs, score: scoreOfAttribute(answers[index]!, attribute) };
      });
      if (found.some(({ score }) => score?.status === 'unavailable')) counts.unavailable += 1;
      else if (found.some(({ score }) => score?.status === 'not_applicable')) counts.otherLanguage += 1;
      else counts.compared += 1;
      for (const { attribute, theirs, score } of found) {
        if (score === undefined || score.status === 'not_assessed') missing.add(attribute);
        else if (score.status === 'ok') add(attribute, theirs, score);
      }
    }
  };
  for await (const { bytes, entry } of run.entries) {
    if ('fault' in entry) {
      counts.faulty += 1;
      run.onFault?.(entry);
    } else batch.push(entry);
    if (batch.length >= batchSize) await settle();
    run.onProgress?.(bytes);
  }
  if (batch.length > 0) await settle();
  const reports = perspectiveAttributes.flatMap((attribute): AttributeReport[] => {
    const found = pairs.get(attribute);
    if (found === undefined) return [];
    const chosen = run.thresholds.filter((threshold) => threshold.attribute === attribute);
    return [
      {
        attribute,
        comparison: compareScores(found),
        thresholds: chosen.map(({ value }) => matchThreshold(found, value)),
      },
    ];
  });
  return { reports, counts, notScored: perspectiveAttributes.filter((attribute) => missing.has(attribute)) };
};
