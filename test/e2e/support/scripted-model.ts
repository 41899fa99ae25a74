import type { SharedDetectors } from '#apps/compose.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';

/** What the model says of a part, or how it fails to. */
export type Script = (input: DetectorInput, abort: AbortSignal) => Promise<Signal['scores']>;

/** A model in the place of the one that ships, under its name, that does as it is told: for tests of time and failure. */
export interface ScriptedModel {
  readonly models: SharedDetectors;
  /** What it does from now on. Finds nothing unless told otherwise. */
  script: Script;
  /** Calls so far. */
  readonly calls: number;
  /** From now on calls wait until `release`. */
  hold(): void;
  /** Lets the waiting calls go on, with these scores where given. */
  release(scores?: Signal['scores']): void;
  /** Resolves once this many calls wait. */
  waiting(calls: number): Promise<void>;
}

const judges = ['hate_speech', 'harassment', 'sexual', 'violence', 'self_harm', 'spam'];

/** The models of pictures, which are not there: whoever sends one gets no clearance from them. */
const missingPictureModel = (id: string): Detector => ({
  id,
  version: 'scripted',
  layer: 2,
  scope: 'part',
  kinds: ['image'],
  judges: id === 'image-nsfw' ? ['sexual'] : [],
  deterministic: true,
  reuse: 'never',
  timeoutMs: 1_000,
  costUsd: 0,
  detect: async (inputs) =>
    inputs.map(
      ({ part }): Signal => ({
        detector: id,
        version: 'scripted',
        layer: 2,
        ...(part === undefined ? {} : { partId: part.id }),
        status: 'unavailable',
        reason: 'not part of this test',
        scores: {},
        attributes: {},
        evidence: [],
        durationMs: 0,
        costUsd: 0,
      }),
    ),
});

export const createScriptedModel = ({ timeoutMs = 60_000 }: { timeoutMs?: number } = {}): ScriptedModel => {
  const held: ((scores: Signal['scores']) => void)[] = [];
  const arrivals: { readonly calls: number; readonly resolve: () => void }[] = [];
  let calls = 0;
  const arrived = (): void => {
    for (const { resolve, calls: wanted } of arrivals) if (held.length >= wanted) resolve();
  };
  const wait: Script = () =>
    new Promise((resolve) => {
      held.push(resolve);
      arrived();
    });
  const nothing: Script = async () => ({});

  const model: ScriptedModel = {
    script: nothing,
    get calls() {
      return calls;
    },
    hold() {
      model.script = wait;
    },
    release(scores = {}) {
      model.script = nothing;
      for (const resolve of held.splice(0)) resolve(scores);
    },
    waiting: (wanted) =>
      new Promise((resolve) => {
        arrivals.push({ calls: wanted, resolve });
        arrived();
      }),
    models: {
      detectors: [
        {
          id: 'text-classifier',
          version: 'scripted',
          layer: 2,
          scope: 'part',
          kinds: ['text'],
          judges,
          deterministic: false,
          reuse: 'never',
          timeoutMs,
          costUsd: 0,
          detect: (inputs, abort) =>
            Promise.all(
              inputs.map(async (input): Promise<Signal> => {
                calls += 1;
                const scores = await model.script(input, abort);
                return {
                  detector: 'text-classifier',
                  version: 'scripted',
                  layer: 2,
                  ...(input.part === undefined ? {} : { partId: input.part.id }),
                  status: 'ok',
                  scores,
                  attributes: {},
                  evidence: [],
                  durationMs: 0,
                  costUsd: 0,
                };
              }),
            ),
        },
        ...['image-nsfw', 'image-text'].map(missingPictureModel),
      ],
      calibrations: () => undefined,
      open: async () => {},
      close: async () => {},
    },
  };
  return model;
};
