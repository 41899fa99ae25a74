import type { Assessment } from '#contracts/decision.ts';
import type { ExplainedLabel, Explanation } from '#contracts/explanation.ts';
import { type ItemContent, titlePartId } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Finding } from '../evidence-segments.ts';

/** Chips that a person looks through at a glance. */
const mostLabels = 4;
const explained = 'text-classifier';
/** What the text model says beside the categories, and the raw score from which on it says it. */
const attributes = ['severe_toxicity', 'threat', 'identity_attack', 'insult', 'profanity', 'toxicity'];
const saidFrom = 0.3;

/** A piece of an item's text. */
export interface TextPiece {
  readonly partId: string;
  readonly text: string;
}

/** The texts of an item that are looked at: its title and its text parts. */
export const textPieces = ({ title, parts }: Pick<ItemContent, 'title' | 'parts'>): readonly TextPiece[] => [
  ...(title === undefined ? [] : [{ partId: titlePartId, text: title }]),
  ...parts.flatMap((part) => (part.kind === 'text' ? [{ partId: part.id, text: part.text }] : [])),
];

export interface ExplainedPart {
  readonly partId: string;
  readonly explanation: Explanation;
}

/** A label that the model was asked about, with its highest score over the parts. */
export type LabelChoice = Pick<ExplainedLabel, 'label' | 'kind' | 'score'>;

/** Attributes that the text model found in any part. */
const attributesIn = (signals: readonly Signal[]): readonly string[] =>
  attributes.filter((attribute) =>
    signals.some(({ attributes: found }) => {
      const raw = found[attribute];
      return typeof raw === 'number' && raw >= saidFrom;
    }),
  );

/**
 * The categories that a decision could not clear and that the text model scores, likeliest first, and then attributes that it found; undefined
 * where no category is in question, which leaves the choice to the server.
 */
export const labelsInQuestion = (
  assessments: readonly Assessment[],
  trace: readonly Signal[],
): readonly string[] | undefined => {
  const signals = trace.filter(({ detector }) => detector === explained);
  const scored = new Set(signals.flatMap(({ scores }) => Object.keys(scores)));
  const open = assessments
    .filter(({ category, status }) => status !== 'clear' && status !== 'not_assessed' && scored.has(category))
    .toSorted((one, other) => (other.probability ?? 0) - (one.probability ?? 0))
    .map(({ category }) => category);
  return open.length === 0 ? undefined : [...open, ...attributesIn(signals)].slice(0, mostLabels);
};

/** What can be shown: categories first, the highest score first. */
export const labelChoices = (parts: readonly ExplainedPart[]): readonly LabelChoice[] => {
  const highest = new Map<string, LabelChoice>();
  for (const { label, kind, score } of parts.flatMap(({ explanation }) => explanation.labels))
    highest.set(label, { label, kind, score: Math.max(highest.get(label)?.score ?? 0, score) });
  const isAttribute = ({ kind }: LabelChoice): number => (kind === 'attribute' ? 1 : 0);
  return [...highest.values()]
    .toSorted((one, other) => isAttribute(one) - isAttribute(other) || other.score - one.score)
    .slice(0, mostLabels);
};

const spansFor = ({ explanation }: ExplainedPart, label: string) =>
  explanation.labels.find((known) => known.label === label)?.spans ?? [];

/** The words of one label by part, as findings whose strength is their share of the heaviest one's weight. */
export const strongFindings = (
  parts: readonly ExplainedPart[],
  label: string,
  describe: (weight: number) => string,
): ReadonlyMap<string, readonly Finding[]> => {
  const heaviest = Math.max(0, ...parts.flatMap((part) => spansFor(part, label).map(({ weight }) => weight)));
  return new Map(
    parts.map((part) => [
      part.partId,
      spansFor(part, label).map(({ start, end, weight }) => ({
        start,
        end,
        category: label,
        label: describe(weight),
        detector: part.explanation.detector,
        strength: weight / heaviest,
      })),
    ]),
  );
};
