import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Signal } from '#contracts/signal.ts';
import { textOfPart } from '#engine/item-parts.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { clauses, defaultSamples } from './detector-conformance.ts';

/** Sound in every respect: scores and points at the first letter of each text that has one. */
const signalOf = ({ part }: DetectorInput): Signal => {
  const text = textOfPart(part);
  const start = text.search(/\p{L}/u);
  return {
    detector: 'sound',
    version: '1',
    layer: 1,
    ...(part === undefined ? {} : { partId: part.id }),
    status: 'ok',
    scores: start < 0 ? {} : { spam: 0.25 },
    attributes: {},
    evidence:
      start < 0 ? [] : [{ kind: 'span', partId: part!.id, start, end: start + 1, category: 'spam', label: 'a letter' }],
    durationMs: 0,
    costUsd: 0,
  };
};
const sound: Detector = {
  id: 'sound',
  version: '1',
  layer: 1,
  scope: 'part',
  kinds: ['text'],
  judges: ['spam'],
  deterministic: true,
  reuse: 'content',
  timeoutMs: 100,
  costUsd: 0,
  detect: async (inputs) => inputs.map(signalOf),
};

/** The sound detector with one thing wrong in each signal. */
const spoilt = (change: (signal: Signal, input: DetectorInput, index: number) => Partial<Signal>): Detector => ({
  ...sound,
  detect: async (inputs) =>
    inputs.map((input, index) => {
      const signal = signalOf(input);
      return { ...signal, ...change(signal, input, index) };
    }),
});

const failures = async (detector: Detector): Promise<string[]> => {
  const failed: string[] = [];
  for (const { promise, check } of clauses) {
    await check(detector, defaultSamples).catch(() => failed.push(promise));
  }
  return failed;
};

const shifted = (by: number) =>
  spoilt((signal) => ({
    evidence: signal.evidence.map((evidence) =>
      'start' in evidence ? { ...evidence, end: evidence.end + by } : evidence,
    ),
  }));

let calls = 0;

/** For each clause the detectors that break it. */
const planted: Readonly<Record<string, Readonly<Record<string, Detector>>>> = {
  'declares itself usably': {
    'without a time-out': { ...sound, timeoutMs: 0 },
    'with an id that no policy can name': { ...sound, id: 'My Detector' },
    'of whole items, to be reused': { ...sound, scope: 'item' },
  },
  'gives one sound signal per input, in order, with scores from 0 to 1': {
    'that drops an input': { ...sound, detect: async (inputs) => inputs.slice(1).map(signalOf) },
    'that reverses them': { ...sound, detect: async (inputs) => inputs.map(signalOf).reverse() },
    'with a score above 1': spoilt(() => ({ scores: { spam: 1.01 } })),
    'with a score below 0': spoilt(() => ({ scores: { spam: -0.01 } })),
    'with a score that is no number': spoilt(() => ({ scores: { spam: Number.NaN } })),
    'with a score for what it does not judge': spoilt(() => ({ scores: { violence: 0.5 } })),
    'with a score although it is unavailable': spoilt(() => ({
      status: 'unavailable',
      reason: 'error',
      scores: { spam: 0 },
    })),
    'unavailable without a reason': spoilt(() => ({ status: 'unavailable', scores: {} })),
    'that speaks for another': spoilt(() => ({ detector: 'another' })),
  },
  'finds something, so that the other clauses say something': {
    'that never finds anything': spoilt(() => ({ scores: {}, evidence: [] })),
  },
  'points its evidence inside the part': {
    'beyond the end': shifted(1_000_000),
    'at nothing': shifted(-1),
    'at another part': spoilt((signal) => ({
      evidence: signal.evidence.map((evidence) =>
        'partId' in evidence ? { ...evidence, partId: 'elsewhere' } : evidence,
      ),
    })),
  },
  'answers rather than throws, whatever the content': {
    'that throws': {
      ...sound,
      detect: async (inputs) =>
        inputs.map((input) => {
          if (!textOfPart(input.part).isWellFormed()) throw new RangeError('not well-formed');
          return signalOf(input);
        }),
    },
    'that rejects on nothing': {
      ...sound,
      detect: (inputs) =>
        inputs.some(({ part }) => part !== undefined && textOfPart(part) === '')
          ? Promise.reject(new Error('empty'))
          : sound.detect(inputs, new AbortController().signal),
    },
  },
  'gives up when told to: an answer comes, whole or unavailable, never half': {
    'that goes on for ever': {
      ...sound,
      detect: async (inputs, abort) => {
        if (abort.aborted) await sleep(60_000, undefined, { ref: false });
        return inputs.map(signalOf);
      },
    },
    'that throws its abort error': {
      ...sound,
      detect: async (inputs, abort) => {
        await Promise.resolve();
        abort.throwIfAborted();
        return inputs.map(signalOf);
      },
    },
    'that takes "given up" for "found nothing"': {
      ...sound,
      detect: async (inputs, abort) =>
        inputs.map((input) => (abort.aborted ? { ...signalOf(input), scores: {}, evidence: [] } : signalOf(input))),
    },
  },
  'lets no score depend on the others of its batch': {
    'that scales by the size of the batch': {
      ...sound,
      detect: async (inputs) =>
        inputs.map((input) => {
          const signal = signalOf(input);
          return {
            ...signal,
            scores: Object.fromEntries(
              Object.entries(signal.scores).map(([category, score]) => [category, score + inputs.length / 100]),
            ),
          };
        }),
    },
    'that scores by place': spoilt((signal, _input, index) =>
      'spam' in signal.scores ? { scores: { spam: 0.25 + index * 0.003 } } : {},
    ),
  },
  'gives the same answer for the same input, or is never carried over from one item to another': {
    'that admits to be fickle and is carried over all the same': { ...sound, deterministic: false, reuse: 'content' },
    'that counts its calls': spoilt(() => {
      calls += 1;
      return { attributes: { calls } };
    }),
  },
  'leaves what it was given as it was': {
    'that normalises in place': {
      ...sound,
      detect: async (inputs) =>
        inputs.map((input) => {
          if (input.part !== undefined) Object.assign(input.part, { text: textOfPart(input.part).trim() });
          return signalOf(input);
        }),
    },
  },
};

describe('the conformance suite', () => {
  it('finds nothing wrong with a sound detector', async () => {
    expect(await failures(sound)).toEqual([]);
  });

  it('has a planted fault for every clause', () => {
    expect(Object.keys(planted)).toEqual(clauses.map(({ promise }) => promise));
  });

  const cases = Object.entries(planted).flatMap(([promise, detectors]) =>
    Object.entries(detectors).map(([fault, detector]) => ({ promise, fault, detector })),
  );
  it.for(cases)('catches a detector $fault: "$promise"', async ({ promise, detector }) => {
    const clause = clauses.find((candidate) => candidate.promise === promise)!;
    await expect(clause.check(detector, defaultSamples)).rejects.toThrow();
  });
});
