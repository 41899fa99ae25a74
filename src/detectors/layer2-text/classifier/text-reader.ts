import { fileURLToPath } from 'node:url';
import type { Span } from '#engine/text/text-view.ts';
import { ModelFileError } from '../../inference/errors.ts';
import type { EncodedText, TextEncoder, TextToEncode } from '../encoder/text-encoder.ts';
import type { NgramStage } from '../ngram-stage.ts';
import type { JudgedText } from '../worker-protocol.ts';
import { type Cascade, clearedScores, type HeadScores, isCleared, mixedScores, readCascade } from './cascade.ts';
import { type PlainReading, plainReading } from './plain-reading.ts';

const SHIPPED_CASCADE = fileURLToPath(new URL('../../../../models/text/cascade.json', import.meta.url));

/** The stages of the classifier, shared by all who use them: whoever made them closes them. */
export interface TextStages {
  readonly ngram: NgramStage;
  readonly encoder: TextEncoder;
  /** `cascade.json` of the model to use; the one that ships unless set. */
  readonly cascadePath?: string;
}

/** One way in which the encoder read a text: as it stands, or what its disguise hides. */
export interface EncoderReading {
  readonly wanted: TextToEncode;
  readonly scores: HeadScores;
  /** The stretch of the text as it was given behind one of this reading. */
  readonly span: PlainReading['span'];
}

/** What the encoder made of a text. */
export interface EncoderRead {
  /** Of several readings the one that counts, head by head: mostly the highest. */
  readonly scores: HeadScores;
  readonly readings: readonly EncoderReading[];
  /** Of the reading of which most was left unread. None where no reading has words that the encoder knows. */
  readonly windows: EncodedText['windows'];
  /** By head, the window with the highest score as UTF-16 offsets of the text as it was given; of readings with several windows. */
  readonly best: ReadonlyMap<string, Span>;
}

export interface TextReading {
  readonly language: JudgedText['language'];
  /** Absent where the text is reliably in a language that the classifier does not know. */
  readonly found?: {
    /** Raw scores by head. */
    readonly scores: HeadScores;
    readonly evidence: NonNullable<JudgedText['classification']>['evidence'];
    /** Absent where the n-gram stage cleared the text. */
    readonly read?: EncoderRead;
  };
}

/** Reads texts by both stages of the classifier. */
export interface TextReader {
  readonly cascade: Cascade;
  readonly attributes: ReadonlySet<string>;
  /**
   * @param exhaustive the encoder reads the text whatever the n-gram stage says
   * @throws ClassifierError, InferenceError
   */
  read(text: string, abort: AbortSignal, exhaustive: boolean): Promise<TextReading>;
}

const named = (heads: readonly string[], scores: readonly number[]): Map<string, number> =>
  new Map(heads.map((head, index) => [head, scores[index] ?? 0]));

/** The one of which more was left unread; the larger one where it is the same. */
const lessRead = (one: EncodedText['windows'], other: EncodedText['windows']): EncodedText['windows'] => {
  const lead = other.total - other.read - (one.total - one.read);
  return lead > 0 || (lead === 0 && other.total > one.total) ? other : one;
};

/** Heads that only the text as it stands tells: spam lives on links, prices and numbers, which are left out where a disguise is undone. */
const readAsItStands: ReadonlySet<string> = new Set(['spam']);

/** The score that counts for a head. @param readings of the text as it stands, and of what its disguise hides; those alone in which the encoder knew a word */
const highestOf = (head: string, readings: readonly number[]): number =>
  readAsItStands.has(head) ? (readings[0] ?? 0) : Math.max(...readings);

const asItStands: PlainReading['span'] = (start, end) => ({ start, end });

/**
 * What the encoder makes of a text as it stands and, where it is in disguise, as it is meant.
 * @param hints suspicious places, as the n-gram stage names them
 * @throws InferenceError
 */
export const readByEncoder = async (
  encoder: TextEncoder,
  text: string,
  plain: PlainReading | undefined,
  hints: readonly number[],
  abort: AbortSignal,
): Promise<EncoderRead> => {
  const ways = [
    { wanted: { text, hints }, span: asItStands },
    ...(plain === undefined
      ? []
      : [{ wanted: { text: plain.text, hints: hints.map(plain.placeOf) }, span: plain.span }]),
  ];
  const answers = await Promise.all(ways.map(({ wanted }) => encoder.score(wanted, abort)));
  const readings = ways.map((way, index) => ({ ...way, scores: named(encoder.heads, answers[index]!.scores) }));
  // Letters in another style are no words to the encoder: it has said nothing of them, and not 0.
  const told = answers.filter(({ windows }) => windows.total > 0);
  const counted = told.length > 0 ? told : answers;
  const scores = new Map<string, number>();
  const best = new Map<string, Span>();
  encoder.heads.forEach((head, place) => {
    const found = counted.map((answer) => answer.scores[place] ?? 0);
    const highest = highestOf(head, found);
    const winner = answers.indexOf(counted[found.indexOf(highest)]!);
    scores.set(head, highest);
    const window = answers[winner]?.best?.[place];
    if (window !== undefined) best.set(head, ways[winner]!.span(...window));
  });
  return { scores, readings, windows: answers.map(({ windows }) => windows).reduce(lessRead), best };
};

/** @throws ModelFileError if `cascade.json` cannot be read or was made for other stages */
export const createTextReader = ({ ngram, encoder, cascadePath = SHIPPED_CASCADE }: TextStages): TextReader => {
  const cascade = readCascade(cascadePath);
  const { stages } = cascade;
  if (stages.ngram !== ngram.manifest.version || stages.encoder !== encoder.version)
    throw new ModelFileError(
      cascadePath,
      `was made for n-gram stage ${stages.ngram} and encoder ${stages.encoder}, and these are ${ngram.manifest.version} and ${encoder.version}`,
    );

  /** Where the encoder knows no word, the n-gram stage stands alone; windows that it had no time for are at least what that makes of the text. */
  const scoresOf = (seen: HeadScores, { scores: found, windows }: EncoderRead): HeadScores => {
    if (windows.total === 0) return clearedScores(cascade, seen);
    const scores = mixedScores(cascade, found, seen);
    if (windows.read < windows.total) {
      for (const [head, score] of clearedScores(cascade, seen))
        scores.set(head, Math.max(scores.get(head) ?? 0, score));
    }
    return scores;
  };

  return {
    cascade,
    attributes: new Set(cascade.attributes),
    async read(text, abort, exhaustive) {
      const judged = await ngram.classify(text, abort);
      const { classification, language } = judged;
      if (classification === undefined) return { language };
      const { evidence } = classification;
      const seen = named(ngram.manifest.heads, classification.scores);
      const plain = plainReading(text);
      if (!exhaustive && plain === undefined && isCleared(cascade, seen))
        return { language, found: { scores: clearedScores(cascade, seen), evidence } };
      const read = await readByEncoder(encoder, text, plain, classification.suspects, abort);
      return { language, found: { scores: scoresOf(seen, read), evidence, read } };
    },
  };
};
