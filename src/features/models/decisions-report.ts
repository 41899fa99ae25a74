import type { DecisionsReport } from '#contracts/models.ts';
import type { Policy } from '#contracts/policy.ts';
import type { Clock } from '#platform/clock.ts';
import type { Queryable } from '#platform/database/database.ts';
import { type LabelledScore, reportLabel } from './label-report.ts';
import { type ReviewedItem, readReviewedItems } from './reviewed-items-store.ts';

/** Fewer items of a category than this say nothing, in figures that look as if they did. */
export const leastReviewedItems = 30;
/** Reviewed items that are looked at, the newest first. */
export const mostReviewedItems = 10_000;
/** How long a report is good for: many may open the page, and nothing changes by the second. */
const freshForMs = 60_000;

const reviewedScores = (items: readonly ReviewedItem[], category: string): LabelledScore[] =>
  items.flatMap(({ probabilities, categories, outcome, bucket }) => {
    const score = probabilities[category];
    if (score === undefined) return [];
    const violates = outcome === 'remove' && categories.includes(category);
    return [{ score, label: violates ? (1 as const) : (0 as const), slices: { source: bucket } }];
  });

/** The report over reviewed items, by the categories of a policy. Pure. */
export const reportDecisions = (
  items: readonly ReviewedItem[],
  { categories, version }: Pick<Policy, 'categories' | 'version'>,
): DecisionsReport => {
  const measured = Object.entries(categories).map(([label, thresholds]) => ({
    label,
    thresholds,
    scores: reviewedScores(items, label),
  }));
  const enough = measured.filter(({ scores }) => scores.length >= leastReviewedItems);
  return {
    format: 'tidegate-model-report/1',
    model: 'decisions',
    version: `policy ${version}`,
    measuredOn: `The last ${mostReviewedItems.toLocaleString('en')} items that people decided here: the probability in the decision that asked for a person, against what the person said.`,
    cautions: [
      'Only items that people reviewed are in it. What the machine approved or removed by itself is not, so that recall and workload say nothing about all posts.',
      'A removal counts as a violation of the categories that the reviewer named, and of no other.',
    ],
    items: items.length,
    labels: enough.map(({ label, thresholds, scores }) => reportLabel(scores, { label, kind: 'category', thresholds })),
    notScored: measured
      .map(({ label, scores }) => ({ label, status: 'no probability', count: items.length - scores.length }))
      .filter(({ count }) => count > 0),
    leastItems: leastReviewedItems,
    tooFew: measured
      .filter(({ scores }) => scores.length < leastReviewedItems)
      .map(({ label, scores }) => ({ label, count: scores.length })),
  };
};

export interface DecisionsReporterDependencies {
  readonly database: Queryable;
  readonly policy: () => Promise<Policy>;
  readonly clock: Clock;
}

/** Gives the report on this installation's reviewed items, computed at most once a minute. */
export const createDecisionsReporter = ({
  database,
  policy,
  clock,
}: DecisionsReporterDependencies): (() => Promise<DecisionsReport>) => {
  let last:
    | { readonly at: number; readonly policyVersion: number; readonly report: Promise<DecisionsReport> }
    | undefined;
  return async () => {
    const current = await policy();
    const now = clock.now();
    if (last !== undefined && last.policyVersion === current.version && now - last.at < freshForMs) return last.report;
    const report = readReviewedItems(database, mostReviewedItems).then((items) => reportDecisions(items, current));
    last = { at: now, policyVersion: current.version, report };
    report.catch(() => {
      last = undefined;
    });
    return report;
  };
};
