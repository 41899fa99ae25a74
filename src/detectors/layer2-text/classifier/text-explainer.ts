import type {
  ExplainableLabel,
  ExplainedLabel,
  ExplainedSpan,
  ExplanationFailure,
  TextExplainer,
  TextExplanation,
  TextToExplain,
} from '#engine/ports/text-explainer.ts';
import { InferenceError } from '../../inference/errors.ts';
import type { TextEncoder } from '../encoder/text-encoder.ts';
import { ClassifierError } from '../errors.ts';
import { createTextReader, type EncoderReading, type TextStages } from './text-reader.ts';

/** Labels from this raw score on are explained where none are asked for. */
const EXPLAINED_FROM = 0.3;
const MOST_LABELS = 4;

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

const failureOf = ({ failure }: ClassifierError | InferenceError): ExplanationFailure => {
  if (failure === 'overloaded' || failure === 'timeout' || failure === 'aborted') return failure;
  return 'failed';
};

/** By head, from the reading in which it scores highest: that one counts. */
const spansOf = async (
  encoder: TextEncoder,
  readings: readonly EncoderReading[],
  heads: readonly string[],
  abort: AbortSignal,
): Promise<ReadonlyMap<string, readonly ExplainedSpan[]>> => {
  const scoreIn = ({ scores }: EncoderReading, head: string): number => scores.get(head) ?? 0;
  const countsFor = (head: string): EncoderReading =>
    readings.reduce((best, reading) => (scoreIn(reading, head) > scoreIn(best, head) ? reading : best));
  const spans = new Map<string, readonly ExplainedSpan[]>();
  for (const reading of readings) {
    const own = heads.filter((head) => countsFor(head) === reading);
    if (own.length === 0) continue;
    for (const explained of await encoder.explain(reading.wanted, own, abort))
      spans.set(
        explained.head,
        explained.spans.map(({ start, end, weight }) => ({ ...reading.span(start, end), weight })),
      );
  }
  return spans;
};

/**
 * The words that the text classifier's scores rest on: what the transformer's score of a label loses without them, in the share that the
 * transformer has in the classifier's score. What the n-gram stage adds to it is in the evidence of the classifier's signal.
 * @throws ModelFileError if `cascade.json` cannot be read or was made for other stages
 */
export const createTextExplainer = (stages: TextStages): TextExplainer => {
  const { encoder } = stages;
  const { cascade, attributes, read } = createTextReader(stages);
  const labels = Object.keys(cascade.heads).map(
    (label): ExplainableLabel => ({ label, kind: attributes.has(label) ? 'attribute' : 'category' }),
  );

  const look = async ({ text, labels: wanted }: TextToExplain, abort: AbortSignal): Promise<TextExplanation> => {
    const { language: guess, found } = await read(text, abort, wanted !== undefined);
    const { language } = guess;
    if (found === undefined) return { status: 'not_applicable', language };
    const scoreOf = ({ label }: ExplainableLabel): number => found.scores.get(label) ?? 0;
    const byScore = labels.toSorted((one, other) => scoreOf(other) - scoreOf(one));
    const chosen =
      wanted === undefined
        ? byScore.filter((label) => scoreOf(label) >= EXPLAINED_FROM).slice(0, MOST_LABELS)
        : byScore.filter(({ label }) => wanted.includes(label));
    const heads = chosen.map(({ label }) => label);
    const spans = await spansOf(encoder, found.read?.readings ?? [], heads, abort);
    const explained = chosen.map((known): ExplainedLabel => {
      const share = cascade.heads[known.label]?.mix.encoder ?? 0;
      const own = (spans.get(known.label) ?? []).map((span) => ({ ...span, weight: round(span.weight * share) }));
      return { ...known, score: round(scoreOf(known)), spans: own.filter(({ weight }) => weight > 0) };
    });
    return { status: 'ok', language, labels: explained };
  };

  return {
    detector: cascade.detector,
    version: cascade.version,
    labels,
    async explain(wanted, abort) {
      const unknown = wanted.labels?.find((label) => !Object.hasOwn(cascade.heads, label));
      if (unknown !== undefined) throw new RangeError(`the text classifier has no label ${unknown}`);
      try {
        return await look(wanted, abort);
      } catch (error) {
        if (error instanceof ClassifierError || error instanceof InferenceError)
          return { status: 'unavailable', failure: failureOf(error), message: error.message };
        throw error;
      }
    },
  };
};
