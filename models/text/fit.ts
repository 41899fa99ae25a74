import {
  type Cascade,
  cascadeVersion,
  clearedScores,
  isCleared,
  mixedScores,
} from '../../src/detectors/layer2-text/classifier/cascade.ts';
import { fitIsotonic } from '../text-ngram/calibration.ts';
import { CATEGORY_HEADS } from '../text-ngram/heads.ts';
import { fitBeta, type Points } from './beta-calibration.ts';
import { fitLogistic, logit } from './logistic-fit.ts';
import type { MeasuredText } from './measured.ts';
import { HEADS, type Head } from './templates/index.ts';

/** Heads that are attributes of the signal; the others are policy categories. */
export const ATTRIBUTES = HEADS.filter((head) => !(CATEGORY_HEADS as readonly Head[]).includes(head));

/** Own texts resemble what was learned: they count less where probabilities are fitted. */
const OWN_IMPORTANCE = 0.25;
/** The n-gram stage knows the labelled sets by their words. Elsewhere it knows less than they make believe, so its share is capped. */
const MOST_NGRAM = 0.35;
/** Whose score stands in for a head that the n-gram stage lacks. */
const STAND_IN: Readonly<Partial<Record<Head, Head>>> = {
  severe_toxicity: 'toxicity',
  insult: 'toxicity',
  threat: 'violence',
  identity_attack: 'hate_speech',
};

const digits = (value: number): number => Math.round(value * 1e5) / 1e5;

const seenBy = ({ ngram }: MeasuredText): Map<string, number> => new Map(Object.entries(ngram));
const readBy = ({ encoder }: MeasuredText): Map<string, number> => new Map(Object.entries(encoder));

/** Labels of a head, weak negatives included, with how much each row counts. */
export function known(texts: readonly MeasuredText[], head: Head) {
  const rows = texts.filter(({ labels, unlikely }) => labels[head] !== undefined || unlikely.has(head));
  return {
    rows,
    labels: rows.map(({ labels }) => labels[head] ?? 0),
    importance: rows.map(({ own }) => (own ? OWN_IMPORTANCE : 1)),
  };
}

function mixOf(texts: readonly MeasuredText[], head: Head): Cascade['heads'][string]['mix'] {
  const labelled = texts.filter(({ labels }) => labels[head] !== undefined);
  const hasNgram = labelled[0]?.ngram[head] !== undefined;
  if (!hasNgram) return { encoder: 1, ngram: 0, bias: 0 };
  const { weights, bias } = fitLogistic(
    labelled.map(({ encoder, ngram }) => [logit(encoder[head]), logit(ngram[head] ?? 0)]),
    labelled.map(({ labels }) => labels[head] ?? 0),
    labelled.map(() => 1),
    [10, MOST_NGRAM],
  );
  return { encoder: digits(weights[0]!), ngram: digits(weights[1]!), bias: digits(bias) };
}

/** What the whole classifier would say of texts like those with this n-gram score: a rising map from the stage's raw score to the classifier's. */
function clearedMapOf(
  texts: readonly MeasuredText[],
  head: Head,
  raw: (text: MeasuredText) => number,
): Cascade['heads'][string]['cleared'] {
  const from = STAND_IN[head] ?? head;
  const sample = texts.filter(({ own }) => !own);
  // Isotonic regression takes fractions as labels: it answers with the mean raw score.
  const points: Points = fitIsotonic(
    sample.map(({ ngram }) => ngram[from] ?? 0),
    sample.map(raw),
  );
  // Everything above the limits is cleared by none, and a long text's unread windows claim no more than the stage knows.
  return { from, points: points.map(([x, y]) => [x, digits(y)]) };
}

type Unfinished = Omit<Cascade, 'version' | 'clearsBelow'>;

/** How both stages are put together, but for what the n-gram stage may clear. Fitted on the calibration part. */
export function fitCascade(texts: readonly MeasuredText[], stages: Cascade['stages']): Unfinished {
  const mixes = Object.fromEntries(
    HEADS.map((head) => [
      head,
      {
        mix: mixOf(texts, head),
        cleared: {
          from: head,
          points: [
            [0, 0],
            [1, 1],
          ] as Points,
        },
      },
    ]),
  );
  const draft: Unfinished = {
    format: 'tidegate-text-cascade/1',
    detector: 'text-classifier',
    language: 'en',
    stages,
    attributes: ATTRIBUTES,
    heads: mixes,
  };
  const raws = new Map(texts.map((text) => [text, exhaustiveScores(draft, text)]));
  const heads = Object.fromEntries(
    HEADS.map((head) => [
      head,
      { mix: mixes[head]!.mix, cleared: clearedMapOf(texts, head, (text) => raws.get(text)!.get(head)!) },
    ]),
  );
  return { ...draft, heads };
}

/** Raw scores where both stages look at the text. */
export function exhaustiveScores(cascade: Pick<Cascade, 'heads'>, text: MeasuredText): Map<string, number> {
  return mixedScores(cascade, readBy(text), seenBy(text));
}

/** Raw scores as the product gives them. */
export function cascadeScores(
  cascade: Pick<Cascade, 'heads' | 'clearsBelow'>,
  text: MeasuredText,
): Map<string, number> {
  const seen = seenBy(text);
  return !text.disguised && isCleared(cascade, seen) ? clearedScores(cascade, seen) : exhaustiveScores(cascade, text);
}

export function finished(cascade: Unfinished, clearsBelow: Cascade['clearsBelow']): Cascade {
  const whole = { ...cascade, clearsBelow };
  return { ...whole, version: cascadeVersion(whole) };
}

/** A calibration for every head, on the calibration part. `rawOf` gives raw scores. */
export function fitCalibrations(
  texts: readonly MeasuredText[],
  rawOf: (text: MeasuredText) => ReadonlyMap<string, number>,
): Record<Head, Points> {
  return Object.fromEntries(
    HEADS.map((head) => {
      const { rows, labels, importance } = known(texts, head);
      return [
        head,
        fitBeta(
          rows.map((text) => rawOf(text).get(head) ?? 0),
          labels,
          importance,
        ),
      ];
    }),
  ) as Record<Head, Points>;
}
