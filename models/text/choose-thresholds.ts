import { figuresAt } from '../../src/features/models/measures.ts';
import { applyCalibration } from '../text-ngram/calibration.ts';
import { automation, type DecidedRow, reweighted, type ThresholdTable } from '../text-ngram/decide.ts';
import { CATEGORY_HEADS, type CategoryHead } from '../text-ngram/heads.ts';
import { PLATFORM_BASE_RATE } from '../text-ngram/report.ts';
import { ERROR_COSTS, fewestErrors, mostAutomatic } from '../text-ngram/thresholds.ts';
import type { Points } from './beta-calibration.ts';
import { ATTRIBUTES, known } from './fit.ts';
import type { MeasuredText } from './measured.ts';
import { operatingPointOf, WRONGLY_FLAGGED_LIMITS } from './operating-points.ts';
import type { Head } from './templates/index.ts';

/** The searches are held to more than the product's 70 % and less than its 3 %: unseen texts do a little worse. */
const AUTOMATIC_FLOOR = 0.75;
const WRONG_LIMIT = 0.025;

/** Gives a text's calibrated probabilities. */
export type ProbabilityOf = (text: MeasuredText, head: Head) => number;

export function probabilitiesBy(
  calibrations: Readonly<Record<Head, Points>>,
  rawOf: (text: MeasuredText) => ReadonlyMap<string, number>,
): ProbabilityOf {
  const raws = new Map<MeasuredText, ReadonlyMap<string, number>>();
  return (text, head) => {
    const raw = raws.get(text) ?? rawOf(text);
    raws.set(text, raw);
    return applyCalibration(calibrations[head], raw.get(head) ?? 0);
  };
}

const isPlain = ({ own, evasion }: MeasuredText): boolean => !own && evasion === undefined;

/** Texts of the labelled sets as the decision sees them. */
export function decidedTexts(texts: readonly MeasuredText[], probabilityOf: ProbabilityOf): DecidedRow[] {
  return texts.filter(isPlain).map((text) => ({
    set: text.set,
    labels: text.labels as DecidedRow['labels'],
    weight: 1,
    assessed: true,
    probabilities: Object.fromEntries(CATEGORY_HEADS.map((head) => [head, probabilityOf(text, head)])) as Record<
      CategoryHead,
      number
    >,
  }));
}

/**
 * Review thresholds with the cheapest errors at the automation that is asked for, and those that err least. None is above the category's
 * operating point: what is flagged where nobody looks is looked at where somebody does. Rare categories hardly move the search by themselves.
 */
export function chooseThresholds(texts: readonly MeasuredText[], probabilityOf: ProbabilityOf) {
  const rows = decidedTexts(texts, probabilityOf);
  const { operatingPoints: points, operatingFigures } = operatingPoints(texts, probabilityOf);
  const within = (table: ThresholdTable): ThresholdTable =>
    Object.fromEntries(
      CATEGORY_HEADS.map((head) => {
        const { review, remove } = table[head];
        return [head, { review: Math.min(review, Math.floor((points.categories[head] ?? 1) * 100) / 100), remove }];
      }),
    ) as ThresholdTable;
  return {
    recommended: within(fewestErrors(reweighted(rows, PLATFORM_BASE_RATE), AUTOMATIC_FLOOR).thresholds),
    strict: within(mostAutomatic(rows, WRONG_LIMIT).thresholds),
    operatingPoints: points,
    operatingFigures,
  };
}

const digits = (value: number | null): number => Math.round((value ?? 0) * 1e4) / 1e4;

function entriesOf(heldOut: readonly MeasuredText[], probabilityOf: ProbabilityOf, thresholds: ThresholdTable) {
  return Object.fromEntries(
    CATEGORY_HEADS.map((head) => {
      const { rows, labels } = known(heldOut.filter(isPlain), head);
      const scores = rows.map((text) => probabilityOf(text, head));
      const at = (threshold: number): object => {
        const { precision, recall, falsePositiveRate } = figuresAt(scores, labels, threshold);
        return { precision: digits(precision), recall: digits(recall), falsePositives: digits(falsePositiveRate) };
      };
      const { review, remove } = thresholds[head];
      return [
        head,
        { review, remove, costs: ERROR_COSTS[head], heldOut: { atReview: at(review), atRemove: at(remove) } },
      ];
    }),
  );
}

/** Operating points by head, chosen on the calibration part: own harmless texts and harmless sets are those that must not be flagged. */
function operatingPoints(calibrating: readonly MeasuredText[], probabilityOf: ProbabilityOf) {
  const pointOf = (head: Head) => {
    const { rows, labels } = known(calibrating, head);
    return operatingPointOf(
      rows.map((text, index) => ({
        probability: probabilityOf(text, head),
        label: labels[index] === 1 ? 1 : 0,
        mustNotFlag: text.own || text.set === 'clinc_benign',
      })),
      (CATEGORY_HEADS as readonly Head[]).includes(head)
        ? WRONGLY_FLAGGED_LIMITS.category
        : WRONGLY_FLAGGED_LIMITS.attribute,
    );
  };
  const of = (heads: readonly Head[]) => {
    const found = heads.map((head) => [head, pointOf(head)] as const);
    return {
      points: Object.fromEntries(found.map(([head, { at }]) => [head, at])),
      figures: Object.fromEntries(found.map(([head, { at: _, ...figures }]) => [head, figures])),
    };
  };
  const [categories, attributes] = [of(CATEGORY_HEADS), of(ATTRIBUTES)];
  return {
    operatingPoints: { categories: categories.points, attributes: attributes.points },
    operatingFigures: { ...categories.figures, ...attributes.figures },
  };
}

/** What `thresholds.json` holds beside the model's identity. */
export function thresholdsFile(
  heldOut: readonly MeasuredText[],
  chosen: ReturnType<typeof chooseThresholds>,
  probabilityOf: ProbabilityOf,
) {
  const rows = decidedTexts(heldOut, probabilityOf);
  const figures = (table: ThresholdTable) => ({
    devMix: rounded(automation(rows, table)),
    platformMix: rounded(automation(reweighted(rows, PLATFORM_BASE_RATE), table)),
  });
  return {
    costUnit: 'one needless review by a person',
    note: 'Probabilities after calibration. Review thresholds are chosen, remove thresholds are those that the product starts with. Chosen on the calibration half of dev, figures from the held-out half.',
    method: `cheapest errors while at least ${AUTOMATIC_FLOOR * 100} % is decided automatically, where ${PLATFORM_BASE_RATE * 100} % of posts violate; none above the operating point`,
    categories: entriesOf(heldOut, probabilityOf, chosen.recommended),
    automation: { recommended: figures(chosen.recommended), strict: figures(chosen.strict) },
    strict: {
      method: `most decided automatically with at most ${WRONG_LIMIT * 100} % of that wrong, on the raw dev mix`,
      categories: entriesOf(heldOut, probabilityOf, chosen.strict),
    },
    operatingMethod:
      'best F1 among the thresholds that wrongly flag at most 1.5 % (attributes: 5 %) of harmless texts that look dangerous; figures are of the calibration half',
    operatingPoints: chosen.operatingPoints,
    operatingFigures: chosen.operatingFigures,
  };
}

function rounded(numbers: object): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, digits(Number(value))]));
}
