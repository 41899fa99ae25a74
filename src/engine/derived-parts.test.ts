import { describe, expect, it } from 'vitest';
import type { ItemContent } from '#contracts/item.ts';
import { derivedPartId, type Signal } from '#contracts/signal.ts';
import { factsWith, noCalibration, policyWith, signal } from '#test/support/engine.ts';
import { decide, replay } from './decide.ts';
import { textOfPart } from './item-parts.ts';
import type { Detector, DetectorInput } from './ports/detector.ts';
import type { EngineEnvironment } from './run-layer.ts';
import { withSignalReuse } from './signal-reuse.ts';

/** Text that detectors read from pictures goes through the text layers like any other. */

const environment: EngineEnvironment = { elapsed: () => 0, after: () => () => {} };
const item: ItemContent = {
  account: { id: 'someone' },
  surface: 'comment',
  parts: [{ id: 'photo', kind: 'image', url: 'https://pictures.example/1.png' }],
};
const policy = policyWith({
  spam: { requires: { text: ['model'], image: ['reader'] } },
});
const facts = factsWith({
  partKinds: [{ id: 'photo', kind: 'image' }],
  layers: [
    { layer: 1, judges: ['spam'] },
    { layer: 2, judges: ['spam'] },
  ],
});

const detectorWith = (
  id: string,
  layer: 1 | 2,
  kinds: Detector['kinds'],
  judge: (input: DetectorInput) => Partial<Signal>,
): Detector => ({
  id,
  version: '1',
  layer,
  scope: 'part',
  kinds,
  judges: ['spam'],
  deterministic: true,
  reuse: 'content',
  timeoutMs: 1_000,
  costUsd: 0,
  detect: async (inputs) => inputs.map((input) => signal({ detector: id, layer, ...judge(input) })),
});

/** Reads the given text from every picture. */
const reader = (text: string, overrides: Partial<NonNullable<Signal['derivedParts']>[number]> = {}): Detector =>
  detectorWith('reader', 2, ['image'], ({ part }) => ({
    derivedParts: [
      { id: derivedPartId(part!.id, 'text'), kind: 'text', fromPartId: part!.id, text, depth: 1, ...overrides },
    ],
  }));
const scoreOf = (word: string, score: number) => (input: DetectorInput) => ({
  scores: textOfPart(input.part).includes(word) ? { spam: score } : {},
});
const terms = detectorWith('terms', 1, ['text'], scoreOf('coins', 0.95));
const model = detectorWith('model', 2, ['text'], scoreOf('coins', 0.7));

const run = async (...detectors: readonly Detector[]) => {
  const input = { policy, facts, calibrations: noCalibration };
  const decided = await decide({
    ...input,
    detectors,
    environment,
    context: { item, account: { id: 'someone', tier: 'new' }, counters: {}, reposts: {}, now: 0 },
  });
  return { ...decided, replayed: replay(decided.trace, input) };
};

const about = (trace: readonly Signal[], detector: string) => trace.filter((found) => found.detector === detector);

describe('text in a picture', () => {
  it('is read by the detectors of its layer and of those before, and decides', async () => {
    const { verdict, trace } = await run(terms, model, reader('free coins'));
    expect(about(trace, 'terms')).toMatchObject([{ partId: 'photo#text', layer: 1, scores: { spam: 0.95 } }]);
    expect(about(trace, 'model')).toMatchObject([{ partId: 'photo#text', scores: { spam: 0.7 } }]);
    expect(verdict).toMatchObject({ outcome: 'remove', layer: 2, categories: ['spam'] });
  });

  it('is decided the same in a replay: what layer 1 says of it was not known when layer 1 ran', async () => {
    for (const text of ['free coins', 'a walk by the sea']) {
      const { verdict, replayed } = await run(terms, model, reader(text));
      expect(replayed).toEqual(verdict);
    }
  });

  it('keeps an item from being cleared while it is unread', async () => {
    const broken = detectorWith('model', 2, ['text'], () => ({ status: 'unavailable', reason: 'error: gone' }));
    const { verdict } = await run(broken, reader('a walk by the sea'));
    expect(verdict).toMatchObject({ outcome: 'review', stopReason: 'signal_unavailable' });
    expect(verdict.assessments[0]!.missing).toEqual(['model@photo#text']);
  });

  it('needs nobody where there is none', async () => {
    const silent = detectorWith('reader', 2, ['image'], () => ({}));
    const { verdict, trace } = await run(terms, model, silent);
    expect(verdict.outcome).toBe('approve');
    expect(trace.map(({ detector }) => detector)).toEqual(['reader']);
  });

  it.each([
    ['under the id of a part from outside', { id: 'photo' }],
    ['of another part', { fromPartId: 'other' }],
    ['deeper than parts may lie', { depth: 3 }],
  ])('does not count %s', async (_case, overrides) => {
    const { trace } = await run(terms, model, reader('free coins', overrides));
    expect(trace.map(({ detector }) => detector)).toEqual(['reader']);
  });

  it('ends, also where a detector finds parts in whatever it is given', async () => {
    const endless = detectorWith('endless', 2, ['image', 'text'], ({ part }) => ({
      derivedParts: [{ id: derivedPartId(part!.id, 'x'), kind: 'text', fromPartId: part!.id, text: 'again', depth: 1 }],
    }));
    const { trace } = await run(
      endless,
      detectorWith('reader', 2, ['image'], () => ({})),
      model,
    );
    expect(about(trace, 'endless').map(({ partId }) => partId)).toEqual(['photo', 'photo#x', 'photo#x#x']);
  });

  it('belongs to the part at hand where the signal is carried over from the same picture', async () => {
    const kept = new Map<string, Signal>();
    const cache = {
      get: (key: string) => kept.get(key),
      set: (key: string, found: Signal) => void kept.set(key, found),
    };
    const reusing = withSignalReuse(reader('free coins'), cache, () => 'the same file');
    const inputOf = (id: string): DetectorInput => ({
      part: { id, kind: 'image', url: 'https://pictures.example/1.png' },
      context: { item, account: { id: 'someone', tier: 'new' }, counters: {}, reposts: {}, signals: [], now: 0 },
    });
    await reusing.detect([inputOf('photo')], new AbortController().signal);
    const [carried] = await reusing.detect([inputOf('other')], new AbortController().signal);
    expect(carried).toMatchObject({ reused: true, derivedParts: [{ id: 'other#text', fromPartId: 'other' }] });
  });
});
