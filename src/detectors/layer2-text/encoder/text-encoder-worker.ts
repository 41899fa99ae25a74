/** Entry of a process: loads the model once, then cuts and scores texts one by one. It imports little: the product waits for it. */

import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { errorName } from '#platform/telemetry/error-name.ts';
import { readVerified } from '../../inference/read-verified.ts';
import { serveJobs } from '../../inference/serve-jobs.ts';
import { openSession } from '../../inference/session.ts';
import { parseVocabulary } from './vocabulary.ts';
import { chosenWindows, type WindowSizes, windowAt, windowCount } from './windows.ts';
import { type TokenizedText, WordPieceTokenizer } from './word-piece.ts';
import type {
  CutWindow,
  EncoderAnswer,
  EncoderRequest,
  EncoderUnit,
  EncoderUnitAnswer,
  EncoderWorkerSettings,
} from './worker-protocol.ts';

/** Tokens that neighbouring windows share: what stands at a border stands whole in one of them. */
const OVERLAP = 32;

const scoresOf = async (session: InferenceSession, ids: Int32Array, heads: number): Promise<Float32Array> => {
  const dims = [1, ids.length];
  const { scores } = await session.run({
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), dims),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
  });
  const data = scores?.data;
  // Not a number is no answer either.
  if (!(data instanceof Float32Array) || data.length !== heads || !data.every((score) => score >= 0 && score <= 1))
    throw new RangeError('the model does not answer what its manifest says');
  return data;
};

/** Code points to names. The file is verified: it is what was written. */
const namesOf = (file: string): ReadonlyMap<number, string> =>
  new Map(
    Object.entries(JSON.parse(file) as Record<string, string>).map(([emoji, name]) => [emoji.codePointAt(0)!, name]),
  );

type Cut = Extract<EncoderUnit, { text: string }>;

const cutter = (tokenizer: WordPieceTokenizer, sizes: WindowSizes) => {
  const { begin, end, unknown } = tokenizer.vocabulary;
  const windowOf = (place: number, tokens: TokenizedText, withTokens: boolean): CutWindow => {
    const { from, to } = windowAt(place, tokens.ids.length, sizes);
    const ids = new Int32Array(to - from + 2);
    ids[0] = begin;
    ids.set(tokens.ids.subarray(from, to), 1);
    ids[ids.length - 1] = end;
    const starts = tokens.starts.slice(from, to);
    const ends = tokens.ends.slice(from, to);
    const span = { ids, start: starts[0]!, end: ends.at(-1)! };
    return withTokens ? { ...span, tokens: { starts, ends, words: tokens.words.slice(from, to) } } : span;
  };
  return ({ kind, text, hints }: Cut) => {
    const tokens = tokenizer.tokenize(text);
    // What the vocabulary lacks is all one token to the model, such as other scripts: what it would say of nothing else says nothing.
    if (tokens.ids.every((id) => id === unknown)) return { kind: 'windows', windows: [], total: 0 } as const;
    const places = chosenWindows(tokens.ends, hints, sizes);
    return {
      kind: 'windows',
      windows: places.map((place) => windowOf(place, tokens, kind === 'cut')),
      total: windowCount(tokens.ids.length, sizes),
    } as const;
  };
};

await serveJobs<EncoderWorkerSettings, EncoderRequest, EncoderAnswer>(async (settings) => {
  const { weights, vocabulary, emojiNames, heads, longestTokens, manifestPath } = settings;
  const pieces = parseVocabulary(readVerified(vocabulary.path, vocabulary.sha256, manifestPath).toString('utf8'));
  const names = namesOf(readVerified(emojiNames.path, emojiNames.sha256, manifestPath).toString('utf8'));
  const cut = cutter(new WordPieceTokenizer(pieces, names), { size: longestTokens - 2, overlap: OVERLAP });
  const session = await openSession(readVerified(weights.path, weights.sha256, manifestPath));
  // The first run allocates what later ones use, and finds out now whether the model fits its manifest.
  await scoresOf(session, Int32Array.of(pieces.begin, pieces.end), heads);

  const work = async (unit: EncoderUnit): Promise<EncoderUnitAnswer> => {
    const started = performance.now();
    const durationMs = (): number => performance.now() - started;
    try {
      if (unit.kind === 'ids')
        return { kind: 'scores', scores: await scoresOf(session, unit.ids, heads), durationMs: durationMs() };
      const found = cut(unit);
      if (unit.kind === 'cut' || found.total !== 1) return { ...found, durationMs: durationMs() };
      const scores = await scoresOf(session, found.windows[0]!.ids, heads);
      return { kind: 'scores', scores, durationMs: durationMs() };
    } catch (error) {
      return { kind: 'refused', error: errorName(error), durationMs: durationMs() };
    }
  };

  return async (units, cancelled) => {
    const answers: EncoderUnitAnswer[] = [];
    for (const unit of units) {
      if (cancelled()) break;
      answers.push(await work(unit));
    }
    return answers;
  };
});
