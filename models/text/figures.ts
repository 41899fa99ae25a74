import type { ModelReport } from '../../src/contracts/models.ts';
import { assumedBaseRate } from '../../src/features/models/base-rates.ts';
import { type LabelledScore, reportLabel } from '../../src/features/models/label-report.ts';
import { averagePrecision, expectedCalibrationError, figuresAt, rocAuc } from '../../src/features/models/measures.ts';
import { lengthSlice } from '../../src/features/models/text-slices.ts';
import { CATEGORY_HEADS } from '../text-ngram/heads.ts';
import type { ProbabilityOf } from './choose-thresholds.ts';
import { known } from './fit.ts';
import type { MeasuredText } from './measured.ts';
import { HEADS, type Head } from './templates/index.ts';

export interface Areas {
  readonly count: number;
  readonly positives: number;
  readonly auprc: number;
  readonly rocAuc: number;
}

/** A head's figures on held-out texts. */
export interface HeadFigures {
  /** On labels that people gave: the n-gram stage and the whole classifier on the same texts. */
  readonly classifier: Areas;
  readonly ngram: Areas | null;
  readonly encoder: Areas;
  /** Weak negatives beside them: nearer to what the model meets. */
  readonly withWeakNegatives: Areas & { readonly ece: number };
  readonly ownTexts: Areas | null;
  readonly disguised: { readonly classifier: Areas; readonly ngram: Areas | null } | null;
  readonly bySet: Readonly<Record<string, Areas>>;
  readonly at: { readonly threshold: number; readonly precision: number; readonly recall: number; readonly f1: number };
}

const digits = (value: number): number => Math.round(value * 1e4) / 1e4;

const isPlain = ({ own, evasion }: MeasuredText): boolean => !own && evasion === undefined;

function areas(
  texts: readonly MeasuredText[],
  head: Head,
  scoreOf: (text: MeasuredText) => number | undefined,
): Areas | null {
  const labels = texts.map((text) => text.labels[head] ?? 0);
  const positives = labels.filter((label) => label === 1).length;
  if (positives === 0 || positives === labels.length) return null;
  const scores = texts.map(scoreOf);
  if (scores.includes(undefined)) return null;
  return {
    count: labels.length,
    positives,
    auprc: digits(averagePrecision(scores as number[], labels)),
    rocAuc: digits(rocAuc(scores as number[], labels)),
  };
}

const none: Areas = { count: 0, positives: 0, auprc: 0, rocAuc: 0 };
const LEAST_OF_SET = 5;

/** @param thresholdOf where precision and recall are taken: chosen on the calibration part */
export function figuresOf(
  heldOut: readonly MeasuredText[],
  head: Head,
  probabilityOf: ProbabilityOf,
  threshold: number,
): HeadFigures {
  const labelled = heldOut.filter(({ labels }) => labels[head] !== undefined);
  const plain = labelled.filter(isPlain);
  const disguised = labelled.filter(({ evasion }) => evasion !== undefined);
  const classifier = (text: MeasuredText): number => probabilityOf(text, head);
  const ngram = (text: MeasuredText): number | undefined => text.ngram[head];
  const weak = known(heldOut.filter(isPlain), head);
  const weakScores = weak.rows.map(classifier);
  const sets = [...new Set(plain.map(({ set }) => set))].sort();
  const inDisguise = areas(disguised, head, classifier);
  const { precision, recall, f1 } = figuresAt(
    plain.map(classifier),
    plain.map(({ labels }) => labels[head] ?? 0),
    threshold,
  );
  return {
    classifier: areas(plain, head, classifier) ?? none,
    ngram: areas(plain, head, ngram),
    encoder: areas(plain, head, ({ encoder }) => encoder[head]) ?? none,
    withWeakNegatives: {
      count: weak.labels.length,
      positives: weak.labels.filter((label) => label === 1).length,
      auprc: digits(averagePrecision(weakScores, weak.labels)),
      rocAuc: digits(rocAuc(weakScores, weak.labels)),
      ece: digits(expectedCalibrationError(weakScores, weak.labels)),
    },
    ownTexts: areas(
      labelled.filter(({ own, evasion }) => own && evasion === undefined),
      head,
      classifier,
    ),
    disguised: inDisguise === null ? null : { classifier: inDisguise, ngram: areas(disguised, head, ngram) },
    bySet: Object.fromEntries(
      sets.flatMap((set) => {
        const found = areas(
          plain.filter((text) => text.set === set),
          head,
          classifier,
        );
        const enough = found !== null && Math.min(found.positives, found.count - found.positives) >= LEAST_OF_SET;
        return enough ? [[set, found] as const] : [];
      }),
    ),
    at: { threshold, precision: digits(precision ?? 0), recall: digits(recall ?? 0), f1: digits(f1 ?? 0) },
  };
}

/** `report.json`: the labelled sets' held-out texts, weak negatives and disguised copies included, own texts not. */
export function reportOf(
  heldOut: readonly MeasuredText[],
  version: string,
  probabilityOf: ProbabilityOf,
  thresholds: Readonly<Record<string, { readonly review: number; readonly remove: number }>>,
): ModelReport {
  const texts = heldOut.filter(({ own }) => !own);
  const isCategory = (head: Head): boolean => (CATEGORY_HEADS as readonly Head[]).includes(head);
  return {
    format: 'tidegate-model-report/1',
    model: 'text',
    version,
    measuredOn:
      'The held-out half of the labelled development sets, which neither training nor calibration nor thresholds have seen; harmless texts that nobody labelled for a head count as negative where that is safe.',
    cautions: [
      'The sets are tweets, forum and news comments, messages and mail in English. On posts of another kind figures differ: measure on your own (npm run eval -- FILE.jsonl).',
      'Labels are those of the sets, mistakes included. Hate speech without hateful words is labelled by few and found less often.',
      'Precision and workload are computed for an assumed share of violating posts, named for each label.',
    ],
    items: texts.length,
    labels: HEADS.map((head) => {
      const { rows, labels } = known(texts, head);
      const items = rows.map(
        (text, index): LabelledScore => ({
          score: probabilityOf(text, head),
          label: labels[index] === 1 ? 1 : 0,
          slices: { source: text.set, length: lengthSlice(text.text), evasion: text.evasion ?? 'none' },
        }),
      );
      return reportLabel(items, {
        label: head,
        kind: isCategory(head) ? 'category' : 'attribute',
        baseRate: assumedBaseRate(head),
        thresholds: thresholds[head],
      });
    }),
    notScored: [],
  };
}
