import { describe, expect, it } from 'vitest';
import type { ItemContent } from '#contracts/item.ts';
import { signal } from '#test/support/engine.ts';
import type { Detector, DetectorContext } from './ports/detector.ts';
import { type EngineEnvironment, runLayer } from './run-layer.ts';

const contextOf = (...texts: string[]): DetectorContext => {
  const item: ItemContent = {
    account: { id: 'a1' },
    surface: 'comment',
    parts: texts.map((text, index) => ({ id: `p${index}`, kind: 'text', text })),
  };
  return { item, account: { id: 'a1', tier: 'new' }, counters: {}, reposts: {}, signals: [], now: 0 };
};

/** What happened, in order: a turn that was waited for, or a call with the ids of its parts. */
const observed = (detect: Detector['detect'] = async (inputs) => inputs.map(() => signal())) => {
  const events: string[] = [];
  const detector: Detector = {
    id: 'model',
    version: '1',
    layer: 2,
    scope: 'part',
    kinds: ['text'],
    judges: ['spam'],
    deterministic: true,
    reuse: 'content',
    timeoutMs: 20,
    costUsd: 0,
    detect: (inputs, abort) => {
      events.push(inputs.map(({ part }) => part?.id).join('+'));
      return detect(inputs, abort);
    },
  };
  const environment: EngineEnvironment = {
    elapsed: () => 0,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    turn: async () => {
      events.push('turn');
    },
  };
  const run = (context: DetectorContext, kinds: Detector['kinds'] = ['text']) =>
    runLayer(2, [{ ...detector, kinds }], context, environment);
  return { events, run };
};

describe('a layer', () => {
  it('gives a detector all parts of an ordinary item at once', async () => {
    const { events, run } = observed();
    expect((await run(contextOf('one', 'two', 'three'))).map(({ partId }) => partId)).toEqual(['p0', 'p1', 'p2']);
    expect(events).toEqual(['p0+p1+p2']);
  });

  it('takes long content in slices, each in its turn, so that others are not kept waiting for all of it', async () => {
    const { events, run } = observed();
    const signals = await run(contextOf('a'.repeat(200_000), 'short', 'b'.repeat(15_000), 'c'.repeat(15_000)));
    expect(signals.map(({ partId }) => partId)).toEqual(['p0', 'p1', 'p2', 'p3']);
    expect(events).toEqual(['turn', 'p0', 'turn', 'p1+p2', 'turn', 'p3']);
  });

  it('takes an album a few pictures at a time, each few with the whole time-out', async () => {
    const { events, run } = observed();
    const context = contextOf('a caption');
    const pictures = Array.from({ length: 6 }, (_, index) => ({
      id: `photo${index}`,
      kind: 'image' as const,
      url: 'https://pictures.example/1.jpg',
    }));
    await run({ ...context, item: { ...context.item, parts: pictures } }, ['image']);
    expect(events).toEqual(['turn', 'photo0+photo1+photo2+photo3', 'turn', 'photo4+photo5']);
  });

  it('lets no text of a detector through that could not be recorded', async () => {
    const { run } = observed(async (inputs) =>
      inputs.map(() =>
        signal({
          attributes: { seen: 'cut \ud800' },
          evidence: [{ kind: 'span', partId: 'p0', start: 0, end: 1, label: 'reads as \ud800' }],
        }),
      ),
    );
    const [guarded] = await run(contextOf('text'));
    expect(guarded?.attributes).toEqual({ seen: 'cut \ufffd' });
    expect(guarded?.evidence[0]?.label).toBe('reads as \ufffd');
  });

  it('asks no more once a slice has run out of time, and says so of every part', async () => {
    const { events, run } = observed(() => new Promise(() => {}));
    const signals = await run(contextOf('a'.repeat(20_000), 'b'.repeat(20_000), 'c'.repeat(20_000)));
    expect(signals.map(({ status }) => status)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(events).toEqual(['turn', 'p0']);
  });
});
