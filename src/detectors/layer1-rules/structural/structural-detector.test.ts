import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Signal, signalSchema } from '#contracts/signal.ts';
import type { DetectorInput } from '#engine/ports/detector.ts';
import { createStructuralDetector } from './structural-detector.ts';
import texts from './test-data/texts.json' with { type: 'json' };

const inputOf = (text: string): DetectorInput => ({
  part: { id: 'part-1', kind: 'text', text },
  context: {
    item: { account: { id: 'a' }, surface: 'comment', parts: [{ id: 'part-1', kind: 'text', text }] },
    account: { id: 'a', tier: 'new' },
    counters: {},
    reposts: {},
    signals: [],
    now: 0,
  },
});

const inspect = async (text: string): Promise<Signal> => {
  const [signal] = await createStructuralDetector().detect([inputOf(text)], new AbortController().signal);
  return signal!;
};

describe('the shape of a text', () => {
  for (const { text, attribute, covers } of texts.telling) {
    it(`finds ${attribute}: ${text}`, async () => {
      const signal = await inspect(text);
      expect(Object.keys(signal.attributes)).toContain(attribute);
      const covered = signal.evidence.map((one) => (one.kind === 'span' ? text.slice(one.start, one.end) : ''));
      if (covers !== undefined) expect(covered).toContain(covers);
      expect(covered.length).toBeGreaterThan(0);
      expect(signal.scores.spam).toBeGreaterThanOrEqual(0.1);
      expect(signal.scores.spam).toBeLessThanOrEqual(0.7);
    });
  }

  for (const text of texts.ordinary) {
    it(`says nothing of: ${text}`, async () => {
      expect(await inspect(text)).toMatchObject({ status: 'ok', scores: {}, evidence: [] });
    });
  }

  it('scores more, the longer it goes on', async () => {
    const some = await inspect('follow '.repeat(8));
    const more = await inspect('follow '.repeat(25));
    expect(more.scores.spam).toBeGreaterThan(some.scores.spam!);
  });
});

const pieces = fc.constantFrom(
  ...[
    'buy ',
    'BUY ',
    'now\n',
    '!!!',
    '!',
    '1',
    '😀',
    '👨‍👩‍👧',
    '\u0336',
    '\u0301',
    '\u200b',
    'а',
    '𝐚',
    '\ud835',
    '加',
    'ก',
    '\u{e0041}',
  ],
  ...['\u202e', "'", '\u2019', 'ﷺ', 'ß', 'İ', ' ', 'zzzzzzzzzz', 'ha', '\u3099', 'ｶ'],
);
const anyText = fc.oneof(
  fc.array(pieces, { maxLength: 60 }).map((some) => some.join('')),
  fc.tuple(pieces, fc.integer({ min: 1, max: 80 })).map(([piece, times]) => piece.repeat(times)),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

describe('any text', () => {
  it('gets a valid signal whose evidence lies inside the part, the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const signal = await inspect(text);
        expect(() => signalSchema.parse(signal)).not.toThrow();
        for (const one of signal.evidence) {
          if (one.kind !== 'span') throw new Error('only spans are expected');
          expect(one.start).toBeLessThan(one.end);
          expect(one.end).toBeLessThanOrEqual(text.length);
        }
        expect(Object.keys(signal.scores).length > 0).toBe(signal.evidence.length > 0);
        expect({ ...(await inspect(text)), durationMs: 0 }).toEqual({ ...signal, durationMs: 0 });
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    'a',
    'a ',
    'a\n',
    '!',
    '😀',
    '\u0301',
    'a\u0301',
    '\u200b',
    'a\u200b',
    '\ud800',
    '加',
    '𝐚',
    'aа',
    '\u{e0041}',
    '',
  ])('of 200,000 characters of %j gets an answer', async (piece) => {
    const text = piece.repeat(Math.ceil(200_000 / Math.max(1, piece.length))).slice(0, 200_000);
    expect((await inspect(text)).status).toBe('ok');
  });

  it('is left to other detectors when there is none, and unavailable when aborted', async () => {
    const detector = createStructuralDetector();
    const { context } = inputOf('');
    expect((await detector.detect([{ context }], new AbortController().signal))[0]?.status).toBe('not_applicable');
    const [aborted] = await detector.detect([inputOf('x')], AbortSignal.abort());
    expect(aborted).toMatchObject({ status: 'unavailable', reason: 'aborted' });
  });
});
