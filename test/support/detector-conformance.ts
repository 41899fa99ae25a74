import { expect } from 'vitest';
import type { ItemContent } from '#contracts/item.ts';
import { type Signal, signalSchema } from '#contracts/signal.ts';
import type { Detector, DetectorContext, DetectorInput } from '#engine/ports/detector.ts';

/** What any detector has to cope with: ordinary, empty of letters, evasive, invisible, right to left, long. */
export const conformanceTexts: readonly string[] = [
  'See you at the match on Sunday!',
  '!!!',
  ' ',
  'F R E E c.o.i.n.s at https://coins.example/claim 💰💰💰 call 555-0100',
  'zero\u200bwidth \u202eright-to-left\u202c 𝓂𝒶𝓉𝒽 ｆｕｌｌｗｉｄｔｈ \u0007bell',
  'שלום עולם, مرحبا بالعالم, 你好，世界',
  '👩‍👩‍👧‍👦'.repeat(200),
  'a'.repeat(20_000),
  'long words and short ones '.repeat(400),
];

const tolerance = 0.002;

const contextOf = (item: ItemContent): DetectorContext => ({
  item,
  account: { id: item.account.id, tier: 'new' },
  counters: {},
  reposts: {},
  signals: [],
  now: Date.UTC(2026, 0, 15),
});

const inputOf = (detector: Detector, text: string): DetectorInput => {
  const part = { id: 'body', kind: 'text', text } as const;
  const context = contextOf({ account: { id: 'someone' }, surface: 'comment', parts: [part] });
  return detector.scope === 'item' ? { context } : { part, context };
};

const detect = (detector: Detector, inputs: readonly DetectorInput[]): Promise<readonly Signal[]> =>
  detector.detect(inputs, new AbortController().signal);

const withoutTimes = (signals: readonly Signal[]): readonly Signal[] =>
  signals.map((signal) => ({ ...signal, durationMs: 0 }));

/** One signal per input, in the contract's shape, about itself, with evidence inside the text. */
export const expectSoundSignals = async (detector: Detector): Promise<void> => {
  const inputs = conformanceTexts.map((text) => inputOf(detector, text));
  const signals = await detect(detector, inputs);
  expect(signals).toHaveLength(inputs.length);
  for (const [index, signal] of signals.entries()) {
    expect(signalSchema.safeParse(signal).error).toBeUndefined();
    expect(signal).toMatchObject({ detector: detector.id, version: detector.version, layer: detector.layer });
    expect(detector.judges).toEqual(expect.arrayContaining(Object.keys(signal.scores)));
    if (signal.status !== 'ok') expect(signal.scores).toEqual({});
    for (const evidence of signal.evidence) {
      if (evidence.kind !== 'span') continue;
      expect(evidence.start).toBeLessThan(evidence.end);
      expect(evidence.end).toBeLessThanOrEqual(conformanceTexts[index]!.length);
    }
  }
};

/** No score depends on what else is in the batch. */
export const expectIndependenceOfBatch = async (detector: Detector): Promise<void> => {
  const inputs = conformanceTexts.map((text) => inputOf(detector, text));
  const together = await detect(detector, inputs);
  for (const [index, input] of inputs.entries()) {
    const [alone] = await detect(detector, [input]);
    expect(Object.keys(alone!.scores)).toEqual(Object.keys(together[index]!.scores));
    for (const [category, score] of Object.entries(alone!.scores)) {
      expect(Math.abs(score - together[index]!.scores[category]!)).toBeLessThanOrEqual(tolerance);
    }
  }
};

/** A deterministic detector gives the same answer again. */
export const expectDeterminism = async (detector: Detector): Promise<void> => {
  const inputs = conformanceTexts.map((text) => inputOf(detector, text));
  const [first, second] = [await detect(detector, inputs), await detect(detector, inputs)];
  expect(withoutTimes(second)).toEqual(withoutTimes(first));
};

/** Told to give up before it began, it answers all the same: with what it has, or with `unavailable`. */
export const expectAbortHonoured = async (detector: Detector): Promise<void> => {
  const signals = await detector.detect([inputOf(detector, conformanceTexts[0]!)], AbortSignal.abort());
  expect(signals).toHaveLength(1);
  expect(['ok', 'unavailable', 'not_applicable']).toContain(signals[0]!.status);
};
