import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { InferenceError } from '../../inference/errors.ts';
import type { InferenceProcessOptions } from '../../inference/inference-process.ts';
import { readEncoderManifest } from './encoder-manifest.ts';
import { EncoderQueue, type Lane } from './encoder-queue.ts';
import { type EvidenceSpan, evidenceOf, groupWords, occlusionsOf, trimmed } from './explain.ts';
import type { CutWindow } from './worker-protocol.ts';

export interface TextEncoderOptions {
  /** `model.json` of the model to use; the one that ships unless set. */
  readonly manifestPath?: string;
  /** Processes, each with its own copy of the model on one core: 2 unless set, 1 on a machine with one core. */
  readonly processes?: number;
  /** Texts waiting, at most (2,048 unless set), and the bytes that they hold (256 MiB); further ones are refused as `overloaded`. */
  readonly maximumWaiting?: number;
  readonly maximumWaitingBytes?: number;
  /** Told of crashes and of a model that cannot be used; the error says what to do. */
  readonly onProblem?: (problem: InferenceError) => void;
  /** Settings of the processes that only tests change. */
  readonly inference?: Partial<Pick<InferenceProcessOptions, 'jobTimeoutMs' | 'workerFile'>>;
}

export interface TextToEncode {
  readonly text: string;
  /** UTF-16 offsets that look suspicious, most suspicious first: windows around them are read before others where a text is too long for all. */
  readonly hints?: readonly number[];
}

export interface EncodedText {
  /** Raw scores within 0..1, in the order of `heads`: of several windows the highest, head by head. */
  readonly scores: readonly number[];
  /** Stretches of text that the model read, and how many there are: 16 are read at most. None where the text has no words that the model knows: `scores` are then 0. */
  readonly windows: { readonly read: number; readonly total: number };
  /** Of several windows, the one with the highest score, head by head, as UTF-16 offsets [start, end). */
  readonly best?: readonly (readonly [start: number, end: number])[];
  /** Time of a core that it took. */
  readonly durationMs: number;
}

export interface ExplainedHead {
  readonly head: string;
  /** Heaviest first, five at most; none where no word by itself moves the score. */
  readonly spans: readonly EvidenceSpan[];
}

/** A small transformer that scores texts. All errors are `InferenceError`. */
export interface TextEncoder {
  readonly heads: readonly string[];
  /** Changes with the model's weights. */
  readonly version: string;
  /** Starts the processes and waits until each is ready or has failed. Never throws: failures show in `score`. The first text starts them too. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Scores a text by itself: it does not matter what else is asked at the time. Ask for many at once, and they share the way. @throws InferenceError */
  score(wanted: TextToEncode, abort: AbortSignal): Promise<EncodedText>;
  /**
   * The words that scores rest on, found by leaving words out: the text is read once without each word (of long texts, each group of words, 48
   * at most), and each word by itself. Of a long text only the windows with the highest scores are looked into. It waits behind texts that
   * are to be scored, and takes some hundred milliseconds.
   * @throws InferenceError
   * @throws RangeError where the model has no such head
   */
  explain(wanted: TextToEncode, heads: readonly string[], abort: AbortSignal): Promise<readonly ExplainedHead[]>;
}

const SHIPPED = fileURLToPath(new URL('../../../../models/text/model.json', import.meta.url));
/** UTF-16 units up to which a text goes with the short ones: about one window. */
const SHORT_TEXT = 600;
/** Groups of words that one explanation leaves out, each of which is read twice: the text without it, and it without the text. */
const MOST_GROUPS = 48;
/** Windows that one explanation looks into: more would leave too few readings for each. */
const MOST_EXPLAINED = 3;

interface Reading {
  readonly window: CutWindow;
  readonly scores: readonly number[];
}

const highest = (readings: readonly Reading[], head: number): Reading =>
  readings.reduce((best, reading) => (reading.scores[head]! > best.scores[head]! ? reading : best));

/** @throws ModelFileError if the manifest cannot be read; a model that does not match its checksum makes every answer fail as `model`. */
export const createTextEncoder = (options: TextEncoderOptions = {}): TextEncoder => {
  const model = readEncoderManifest(options.manifestPath ?? SHIPPED);
  const queue = new EncoderQueue({
    processes: options.processes ?? Math.min(2, availableParallelism()),
    maximumWaiting: options.maximumWaiting ?? 2_048,
    maximumWaitingBytes: options.maximumWaitingBytes ?? 256 * 2 ** 20,
    process: {
      workerFile: new URL('./text-encoder-worker.ts', import.meta.url),
      settings: model.worker,
      jobTimeoutMs: 10_000,
      shortLivedMegabytes: 1,
      onProblem: options.onProblem ?? (() => {}),
      ...options.inference,
    },
  });

  const scoresOf = async (ids: Int32Array, lane: Lane, abort: AbortSignal) => {
    const answer = await queue.run({ kind: 'ids', ids }, lane, abort);
    if (answer.kind !== 'scores') throw new TypeError('the encoder process answered ids without scores');
    return { scores: Array.from(answer.scores), durationMs: answer.durationMs };
  };

  /** All at once; where one fails, the others are given up. */
  const scoresOfAll = async (sequences: readonly Int32Array[], lane: Lane, abort: AbortSignal) => {
    const failed = new AbortController();
    const either = AbortSignal.any([abort, failed.signal]);
    try {
      return await Promise.all(sequences.map((ids) => scoresOf(ids, lane, either)));
    } finally {
      failed.abort();
    }
  };

  const score = async ({ text, hints = [] }: TextToEncode, abort: AbortSignal): Promise<EncodedText> => {
    const lane = text.length <= SHORT_TEXT ? 'short' : 'long';
    const answer = await queue.run({ kind: 'text', text, hints }, lane, abort);
    if (answer.kind === 'scores') {
      const { scores, durationMs } = answer;
      return { scores: Array.from(scores), windows: { read: 1, total: 1 }, durationMs };
    }
    const { windows, total } = answer;
    if (total === 0)
      return { scores: model.heads.map(() => 0), windows: { read: 0, total: 0 }, durationMs: answer.durationMs };
    const answers = await scoresOfAll(
      windows.map(({ ids }) => ids),
      'window',
      abort,
    );
    const readings = windows.map((window, place) => ({ window, scores: answers[place]!.scores }));
    const best = model.heads.map((_, head) => highest(readings, head));
    return {
      scores: best.map(({ scores }, head) => scores[head]!),
      windows: { read: windows.length, total },
      best: best.map(({ window }) => [window.start, window.end] as const),
      durationMs: answers.reduce((sum, { durationMs }) => sum + durationMs, answer.durationMs),
    };
  };

  /** By window what each head's score there rests on. */
  const lookInto = async ({ window, scores }: Reading, most: number, abort: AbortSignal) => {
    const groups = groupWords(window, most);
    const answers = await scoresOfAll(occlusionsOf(window.ids, groups), 'explanation', abort);
    return (head: number) =>
      evidenceOf(
        groups,
        scores[head]!,
        answers.map((answer) => answer.scores[head]!),
      );
  };

  const explain: TextEncoder['explain'] = async ({ text, hints = [] }, names, abort) => {
    const heads = names.map((name) => {
      const head = model.heads.indexOf(name);
      if (head < 0) throw new RangeError(`the text encoder has no head ${name}: it has ${model.heads.join(', ')}`);
      return head;
    });
    const cut = await queue.run({ kind: 'cut', text, hints }, 'explanation', abort);
    if (cut.kind !== 'windows' || cut.total === 0 || heads.length === 0)
      return names.map((head) => ({ head, spans: [] }));
    const answers = await scoresOfAll(
      cut.windows.map(({ ids }) => ids),
      'explanation',
      abort,
    );
    const all = cut.windows.map((window, place) => ({ window, scores: answers[place]!.scores }));
    // The windows of the highest scores; a head whose own is not among them makes do with these.
    const byScore = heads.toSorted((one, other) => highest(all, other).scores[other]! - highest(all, one).scores[one]!);
    const chosen = [...new Set(byScore.map((head) => highest(all, head)))].slice(0, MOST_EXPLAINED);
    const evidence = new Map<Reading, (head: number) => readonly EvidenceSpan[]>();
    for (const reading of chosen)
      evidence.set(reading, await lookInto(reading, Math.floor(MOST_GROUPS / chosen.length), abort));
    return names.map((head, index) => ({
      head,
      spans: evidence.get(highest(chosen, heads[index]!))!(heads[index]!).map((span) => trimmed(text, span)),
    }));
  };

  return {
    heads: model.heads,
    version: model.version,
    open: () => queue.open(),
    close: () => queue.close(),
    score,
    explain,
  };
};
