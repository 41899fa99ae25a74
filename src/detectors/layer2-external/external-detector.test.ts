import { describe, expect, it } from 'vitest';
import type { Evidence } from '#contracts/signal.ts';
import type { DetectorContext, DetectorInput, PartFile } from '#engine/ports/detector.ts';
import type { ScorerContent, ScorerResult } from '#engine/ports/external-scorer.ts';
import { ImageFaultError, type StoredImages } from '#engine/ports/image-sandbox.ts';
import { createExternalDetector, type ExternalDetectorOptions } from './external-detector.ts';

const never = new AbortController().signal;
const ok: ScorerResult = { status: 'ok', scores: { spam: 0.4 }, attributes: { loudness: 1 }, costUsd: 0.01 };

/** Hands out one small picture; of `missing` none. */
const images: StoredImages = {
  view: async (sha256) => {
    if (sha256 === 'missing') throw new ImageFaultError('corrupt', 'the stored file is missing');
    return [{ type: 'image/jpeg', width: 1, height: 1, data: Uint8Array.from([1]) }] as never;
  },
};

const world = (options: Partial<ExternalDetectorOptions> = {}) => {
  const asked: ScorerContent[] = [];
  const state: { result: ScorerResult } = { result: ok };
  const detector = createExternalDetector({
    id: 'house',
    version: '1',
    input: 'text',
    judges: ['spam'],
    timeoutMs: 1_000,
    costUsd: 0.01,
    maximumCharacters: 200,
    images,
    scorer: {
      score: async (content) => {
        asked.push(content);
        return state.result;
      },
    },
    ...options,
  });
  return { detector, asked, state };
};

const contextWith = (changes: Partial<DetectorContext> = {}): DetectorContext => ({
  item: { account: { id: 'a' }, surface: 'comment', parts: [] },
  account: { id: 'a', tier: 'new' },
  counters: {},
  reposts: {},
  signals: [],
  now: 0,
  ...changes,
});
const textInput = (text: string): DetectorInput => ({
  part: { id: 'body', kind: 'text', text },
  context: contextWith(),
});
const pictureInput = (
  file: Partial<Extract<PartFile, { status: 'ok' }>> & { sha256?: string; frames?: number },
  evidence: Evidence[] = [],
): DetectorInput => {
  const { sha256 = 'known', frames = 1, ...rest } = file;
  const facts = { sha256, frames } as Extract<PartFile, { status: 'ok' }>['facts'];
  return {
    part: { id: 'picture', kind: 'image', mediaId: '00000000-0000-7000-8000-000000000001' },
    context: contextWith({
      files: new Map([['picture', { status: 'ok', mediaId: 'm', facts, ...rest }]]),
      signals: [
        {
          detector: 'hash-banks',
          version: '1',
          layer: 1,
          status: 'ok',
          scores: {},
          attributes: {},
          evidence,
          durationMs: 0,
          costUsd: 0,
        },
      ],
    }),
  };
};
const one = async ({ detector }: ReturnType<typeof world>, input: DetectorInput) =>
  (await detector.detect([input], never))[0]!;

describe('C7 a detector in front of an external scorer', () => {
  it('passes on what the scorer says', async () => {
    const signal = await one(world(), textInput('words'));
    expect(signal).toMatchObject({
      detector: 'house',
      layer: 2,
      partId: 'body',
      status: 'ok',
      scores: { spam: 0.4 },
      attributes: { loudness: 1 },
      costUsd: 0.01,
    });
  });

  it('a failure is unavailable with its kind, and asked again the next time; an answer is remembered', async () => {
    const house = world();
    house.state.result = {
      status: 'unavailable',
      failure: 'timeout',
      message: 'No answer within 1000 ms.',
      costUsd: 0.01,
    };
    expect(await one(house, textInput('words'))).toMatchObject({
      status: 'unavailable',
      scores: {},
      reason: 'timeout: No answer within 1000 ms.',
    });
    house.state.result = ok;
    await one(house, textInput('words'));
    expect(await one(house, textInput('words'))).toMatchObject({ status: 'ok', scores: { spam: 0.4 }, costUsd: 0 });
    expect(house.asked).toHaveLength(2);
  });

  it('sends no text that is too long, or reliably in another language', async () => {
    const house = world({ languages: ['en'] });
    expect(await one(house, textInput('a '.repeat(101)))).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/^too_long/),
    });
    const german = 'Guten Morgen, ist dieser Platz noch frei oder sitzt hier schon jemand anderes?';
    expect(await one(house, textInput(german))).toMatchObject({
      status: 'not_applicable',
      reason: expect.stringMatching(/^language: de/),
    });
    expect(house.asked).toEqual([]);
    expect(await one(house, textInput('Good morning, is this seat taken already?'))).toMatchObject({ status: 'ok' });
  });

  it('shows a picture encoded anew', async () => {
    const house = world({ input: 'image' });
    expect(await one(house, pictureInput({}))).toMatchObject({ status: 'ok', partId: 'picture' });
    expect(house.asked).toMatchObject([{ kind: 'image', image: { type: 'image/jpeg' } }]);
  });

  const match = (changes: object): Evidence => ({
    kind: 'hash_match',
    partId: 'picture',
    bank: 'b',
    algorithm: 'pdq',
    distance: 3,
    behaviour: 'hold',
    label: 'like a known picture',
    ...changes,
  });

  it.each([
    ['of several frames', pictureInput({ frames: 3 }), /^frames/],
    ['that is withheld', pictureInput({ withheld: 'likeness' }), /^withheld/],
    ['that is like known abuse', pictureInput({}, [match({ category: 'csam' })]), /^withheld/],
    [
      'that is like a known intimate image, by a bank in quarantine',
      pictureInput({}, [match({ category: 'ncii', behaviour: 'none' })]),
      /^withheld/,
    ],
    ['whose file is gone', pictureInput({ sha256: 'missing' }), /^corrupt/],
    ['without a file', { ...pictureInput({}), context: contextWith() }, /^file/],
  ])('sends no picture %s, and clears nothing', async (_, input, reason) => {
    const house = world({ input: 'image' });
    expect(await one(house, input)).toMatchObject({
      status: 'unavailable',
      scores: {},
      reason: expect.stringMatching(reason),
    });
    expect(house.asked).toEqual([]);
  });

  it('a match in another bank keeps no picture back', async () => {
    const house = world({ input: 'image' });
    expect(await one(house, pictureInput({}, [match({ category: 'spam' })]))).toMatchObject({ status: 'ok' });
  });
});
