import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Signal, signalSchema } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { batchOf, hostileTexts, ordinaryTexts, type Sample } from './samples.ts';

/** What a detector is tried with. Those that ship unless given. */
export interface ConformanceSamples {
  readonly ordinary: readonly Sample[];
  readonly hostile: readonly Sample[];
}

export const defaultSamples: ConformanceSamples = { ordinary: ordinaryTexts, hostile: hostileTexts };

/** One promise of the port. `check` throws where the detector breaks it. */
export interface Clause {
  readonly promise: string;
  check(detector: Detector, samples: ConformanceSamples): Promise<void>;
}

/** Scores of one input alone and among others may differ by rounding, no more. */
const tolerance = 0.002;
/** Nobody waits longer for an answer that was asked for once more than that; it decides nothing but "never". */
const patienceMs = 5_000;

const detect = (
  detector: Detector,
  inputs: readonly DetectorInput[],
  abort: AbortSignal = new AbortController().signal,
): Promise<readonly Signal[]> => detector.detect(inputs, abort);

const answerOrHang = async (answer: Promise<readonly Signal[]>): Promise<readonly Signal[] | 'hangs'> => {
  const patience = new AbortController();
  try {
    return await Promise.race([answer, sleep(patienceMs, 'hangs' as const, { signal: patience.signal })]);
  } finally {
    patience.abort();
  }
};

const withoutTimes = (signals: readonly Signal[]): readonly Signal[] =>
  signals.map((signal) => ({ ...signal, durationMs: 0 }));

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
};

const expectSound = (detector: Detector, input: DetectorInput, signal: Signal): void => {
  expect(signalSchema.safeParse(signal).error).toBeUndefined();
  expect(signal).toMatchObject({ detector: detector.id, version: detector.version, layer: detector.layer });
  expect(detector.judges).toEqual(expect.arrayContaining(Object.keys(signal.scores)));
  if (input.part !== undefined && signal.status === 'ok') expect(signal.partId).toBe(input.part.id);
  if (signal.status === 'ok') return;
  expect(signal.scores).toEqual({});
  expect(signal.reason ?? '').not.toBe('');
};

const closeScores = (one: Signal, other: Signal): void => {
  expect(other.status).toBe(one.status);
  expect(Object.keys(other.scores).sort()).toEqual(Object.keys(one.scores).sort());
  for (const [category, score] of Object.entries(one.scores))
    expect(Math.abs(score - other.scores[category]!), category).toBeLessThanOrEqual(tolerance);
};

/** Everything that the port promises, in src/engine/ports/detector.ts. */
export const clauses: readonly Clause[] = [
  {
    promise: 'declares itself usably',
    async check(detector) {
      expect(detector.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(detector.version).not.toBe('');
      expect(detector.timeoutMs).toBeGreaterThan(0);
      expect(detector.timeoutMs).toBeLessThanOrEqual(60_000);
      expect(detector.costUsd).toBeGreaterThanOrEqual(0);
      expect(new Set(detector.judges).size).toBe(detector.judges.length);
      // What depends on more than the part cannot be carried over to another item.
      if (detector.scope === 'item') expect(detector.reuse).toBe('never');
    },
  },
  {
    promise: 'gives one sound signal per input, in order, with scores from 0 to 1',
    async check(detector, { ordinary }) {
      const inputs = batchOf(detector, ordinary);
      const signals = await detect(detector, inputs);
      expect(signals).toHaveLength(inputs.length);
      signals.forEach((signal, index) => {
        expectSound(detector, inputs[index]!, signal);
      });
      expect(await detect(detector, [])).toEqual([]);
    },
  },
  {
    promise: 'finds something, so that the other clauses say something',
    async check(detector, { ordinary }) {
      const signals = await detect(detector, batchOf(detector, ordinary));
      const telling = signals.filter(
        ({ scores, effects, evidence, derivedParts }) =>
          Object.keys(scores).length + (effects ?? []).length + evidence.length + (derivedParts ?? []).length > 0,
      );
      expect(telling.length).toBeGreaterThan(0);
    },
  },
  {
    promise: 'points its evidence inside the part',
    async check(detector, { ordinary, hostile }) {
      for (const input of batchOf(detector, [...ordinary, ...hostile])) {
        const [signal] = await detect(detector, [input]);
        for (const evidence of signal!.evidence) {
          if (!('partId' in evidence)) continue;
          const part = input.part ?? input.context.item.parts.find(({ id }) => id === evidence.partId);
          expect(evidence.partId).toBe(part?.id);
          if (evidence.kind !== 'span' || part?.kind !== 'text') continue;
          expect(evidence.start).toBeLessThan(evidence.end);
          expect(evidence.end).toBeLessThanOrEqual(part.text.length);
        }
      }
    },
  },
  {
    promise: 'answers rather than throws, whatever the content',
    async check(detector, { hostile }) {
      for (const input of batchOf(detector, hostile)) {
        const answer = await answerOrHang(detect(detector, [input]));
        expect(answer).not.toBe('hangs');
        expect(answer).toHaveLength(1);
        for (const signal of answer as readonly Signal[]) expectSound(detector, input, signal);
      }
    },
  },
  {
    promise: 'gives up when told to: an answer comes, whole or unavailable, never half',
    async check(detector, { ordinary }) {
      const inputs = batchOf(detector, ordinary);
      const whole = await detect(detector, inputs);
      const beforehand = detect(detector, inputs, AbortSignal.abort());
      const underWay = new AbortController();
      const meanwhile = detect(detector, inputs, underWay.signal);
      // Whichever is looked at second must not be missed if it rejects first.
      meanwhile.catch(() => undefined);
      underWay.abort();
      for (const aborted of [beforehand, meanwhile]) {
        const answer = await answerOrHang(aborted);
        expect(answer).not.toBe('hangs');
        expect(answer).toHaveLength(inputs.length);
        (answer as readonly Signal[]).forEach((signal, index) => {
          if (signal.status === 'unavailable') expectSound(detector, inputs[index]!, signal);
          else closeScores(whole[index]!, signal);
        });
      }
    },
  },
  {
    promise: 'lets no score depend on the others of its batch',
    async check(detector, { ordinary }) {
      const inputs = batchOf(detector, ordinary);
      const together = await detect(detector, inputs);
      const backwards = (await detect(detector, inputs.toReversed())).toReversed();
      for (const [index, input] of inputs.entries()) {
        const [alone] = await detect(detector, [input]);
        closeScores(alone!, together[index]!);
        closeScores(alone!, backwards[index]!);
      }
    },
  },
  {
    promise: 'gives the same answer for the same input, or is never carried over from one item to another',
    async check(detector, { ordinary }) {
      if (!detector.deterministic) {
        expect(detector.reuse).toBe('never');
        return;
      }
      const inputs = batchOf(detector, ordinary);
      const first = await detect(detector, inputs);
      for (let n = 0; n < 3; n += 1) expect(withoutTimes(await detect(detector, inputs))).toEqual(withoutTimes(first));
    },
  },
  {
    promise: 'leaves what it was given as it was',
    async check(detector, { ordinary, hostile }) {
      await detect(detector, deepFreeze(batchOf(detector, [...ordinary, ...hostile])));
    },
  },
];

/** The suite that every detector inherits. `makeDetector` is called once; the detector is opened before and closed after. */
export const describeDetectorConformance = (
  name: string,
  makeDetector: () => Detector | Promise<Detector>,
  samples: ConformanceSamples = defaultSamples,
): void => {
  describe(`the detector ${name}`, () => {
    let detector: Detector;
    beforeAll(async () => {
      detector = await makeDetector();
      await detector.open?.();
    });
    afterAll(() => detector.close?.());

    for (const { promise, check } of clauses) it(promise, () => check(detector, samples));
  });
};
