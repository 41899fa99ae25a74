import { roles } from '#contracts/access.ts';
import type { ItemSubmission } from '#contracts/item.ts';
import { itemAnswerSchema } from '#contracts/items-api.ts';
import { type DemoProgressState, demoProgressSchema } from '#contracts/system.ts';
import { conflict } from '#platform/http/problem-error.ts';
import type { Server } from '#platform/http/server.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { demoCommunity } from '../../../demo/community.ts';
import { type DemoResult, runDemo } from '../../../demo/run-demo.ts';

/** The pipeline as the demo uses it. */
export interface DemoPipeline {
  readonly submit: (submission: ItemSubmission) => Promise<unknown>;
  /** Gives the media id. */
  readonly upload: (picture: Uint8Array) => Promise<string>;
}

/** Sends the demo community through the real pipeline, one run at a time. */
export class DemoRunner {
  readonly #pipeline: DemoPipeline;
  readonly #log: Log;
  #progress: DemoProgressState = { running: false, sent: 0, failed: 0, total: 0, finishedAt: null };
  #running: Promise<DemoResult | undefined> | undefined;
  #abort = new AbortController();

  constructor(pipeline: DemoPipeline, log: Log) {
    this.#pipeline = pipeline;
    this.#log = log;
  }

  get progress(): DemoProgressState {
    return this.#progress;
  }

  /** Resolves with the outcomes; undefined where it failed or was stopped. @throws ProblemError 409 while a run is under way */
  run(): Promise<DemoResult | undefined> {
    if (this.#running !== undefined)
      throw conflict({
        detail: 'The demo is being sent already.',
        remedy: 'Wait for it to end; GET /v1/demo shows how far it is.',
      });
    const posts = demoCommunity();
    this.#abort = new AbortController();
    this.#progress = { running: true, sent: 0, failed: 0, total: posts.length, finishedAt: null };
    this.#running = runDemo({
      posts,
      submit: async (submission) => itemAnswerSchema.parse(await this.#pipeline.submit(submission)),
      upload: (picture) => this.#pipeline.upload(picture),
      onProgress: (progress) => {
        this.#progress = { ...this.#progress, ...progress };
      },
      signal: this.#abort.signal,
    })
      .catch((error: unknown) => {
        this.#log.warn({ error: errorName(error) }, 'the demo stopped before its end');
        return undefined;
      })
      .finally(() => {
        this.#progress = { ...this.#progress, running: false, finishedAt: new Date().toISOString() };
        this.#running = undefined;
      });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }
}

export const registerDemoRoutes = (server: Server, demo: DemoRunner): void => {
  const tags = ['System'];
  server.post(
    '/v1/demo',
    {
      config: { access: { roles: ['admin'] } },
      schema: { tags, summary: 'Send the demo community through the pipeline', response: { 202: demoProgressSchema } },
    },
    async (_request, reply) => {
      void demo.run();
      return reply.status(202).send(demo.progress);
    },
  );
  server.get(
    '/v1/demo',
    {
      config: { access: { roles } },
      schema: { tags, summary: 'How far the demo is', response: { 200: demoProgressSchema } },
    },
    async () => demo.progress,
  );
};
