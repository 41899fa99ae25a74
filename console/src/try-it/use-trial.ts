import { useCallback, useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import type { TrialItem } from '#contracts/item.ts';
import { type TrialAnswer, trialAnswerSchema } from '#contracts/items-api.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import { problemSchema } from '#contracts/problem.ts';
import { type Signal, signalSchema } from '#contracts/signal.ts';
import { checked, send } from '../kit/api/client.ts';
import { ApiProblem, UnexpectedAnswer } from '../kit/api/problem.ts';
import { readServerEvents } from '../kit/api/server-events.ts';

const layerSchema = z.object({
  layer: z.number(),
  durationMs: z.number(),
  settled: z.boolean(),
  explanation: z.string(),
});
export type TrialLayer = z.infer<typeof layerSchema>;

/** A trial under way or done: what has arrived so far. */
export interface Trial {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly content: TrialContent;
  readonly signals: readonly Signal[];
  readonly layers: readonly TrialLayer[];
  readonly answer: TrialAnswer | null;
  readonly error: unknown;
}

const nothing: TrialContent = { surface: 'comment', text: '', media: null };
const idle: Trial = { state: 'idle', content: nothing, signals: [], layers: [], answer: null, error: null };

/** Ids of the parts of a trial. */
export const textPart = 'body';
export const picturePart = 'picture';

/** What is tried: a text, a picture, or both. */
export interface TrialContent {
  readonly surface: string;
  readonly text: string;
  readonly media: MediaAnswer | null;
}

const itemOf = ({ surface, text, media }: TrialContent): z.input<z.ZodType<TrialItem>> => ({
  surface,
  parts: [
    ...(text.trim() === '' ? [] : [{ id: textPart, kind: 'text' as const, text }]),
    ...(media === null ? [] : [{ id: picturePart, kind: 'image' as const, mediaId: media.mediaId }]),
  ],
});

const parse = <T extends z.ZodType>(schema: T, data: unknown): z.output<T> => checked('POST /v1/try', schema, data);

/** Runs content through the layers without storing it; layers appear as the server reports them. */
export const useTrial = () => {
  const [trial, setTrial] = useState<Trial>(idle);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const run = useCallback(async (content: TrialContent) => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    const update = (change: (before: Trial) => Trial) => {
      if (controller.current === own) setTrial(change);
    };
    setTrial({ ...idle, state: 'running', content });
    try {
      const response = await send('POST', '/v1/try', {
        body: { item: itemOf(content) },
        accept: 'text/event-stream',
        signal: own.signal,
      });
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
        const answer = parse(trialAnswerSchema, await response.json());
        update((before) => ({ ...before, state: 'done', signals: answer.trace, layers: answer.layers, answer }));
        return;
      }
      for await (const { event, data } of readServerEvents(response)) {
        const value: unknown = JSON.parse(data);
        if (event === 'problem') throw new ApiProblem(parse(problemSchema, value));
        if (event === 'signal') {
          const signal = parse(signalSchema, value);
          update((before) => ({ ...before, signals: [...before.signals, signal] }));
        } else if (event === 'layer') {
          const layer = parse(layerSchema, value);
          update((before) => ({ ...before, layers: [...before.layers, layer] }));
        } else if (event === 'answer') {
          const answer = parse(trialAnswerSchema, value);
          update((before) => ({ ...before, state: 'done', signals: answer.trace, layers: answer.layers, answer }));
        }
      }
      update((before) =>
        before.state === 'running'
          ? { ...before, state: 'failed', error: new UnexpectedAnswer('POST /v1/try', 'the end of the stream') }
          : before,
      );
    } catch (error) {
      if (!own.signal.aborted) update((before) => ({ ...before, state: 'failed', error }));
    }
  }, []);
  const reset = useCallback(() => {
    controller.current?.abort();
    setTrial(idle);
  }, []);
  return { trial, run, reset };
};
