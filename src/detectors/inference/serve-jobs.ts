import { flushCompileCache } from 'node:module';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { ProcessMessage, ProcessRequest } from './process-protocol.ts';

/** Handles one job. `cancelled` tells whether anybody still waits; work may then end with any answer. */
export type JobHandler<Request, Answer> = (request: Request, cancelled: () => boolean) => Promise<Answer>;

/**
 * The inside of an InferenceProcess: loads the models, says that it is ready, and answers one job after the other.
 * A job that throws is refused by the name of its error alone, since messages may quote the content.
 *
 * @param load gets the settings that the process was started with
 */
export const serveJobs = async <Settings, Request, Answer>(
  load: (settings: Settings) => Promise<JobHandler<Request, Answer>>,
): Promise<void> => {
  const { channel } = process;
  if (channel === undefined || process.argv[2] === undefined)
    throw new Error('this file is the entry of a process: start it through InferenceProcess');
  const send = (message: ProcessMessage<Answer>): void => void process.send?.(message);
  // Whoever started it is gone.
  process.on('disconnect', () => process.exit(0));
  let handle: JobHandler<Request, Answer>;
  try {
    handle = await load(JSON.parse(process.argv[2]) as Settings);
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : 'the model could not be loaded' });
    return;
  }
  let cancelled = 0;
  process.on('message', (message: ProcessRequest<Request>) => {
    const { job } = message;
    if (message.kind === 'cancel') {
      cancelled = Math.max(cancelled, job);
      return;
    }
    handle(message.request, () => cancelled >= job).then(
      (answer) => send({ kind: 'answer', job, answer }),
      (error) => send({ kind: 'refused', job, error: errorName(error) }),
    );
  });
  send({ kind: 'ready' });
  // Node keeps what it compiled when a process ends by itself, and this one is killed. The next start needs neither that time nor the
  // memory of the TypeScript reader.
  flushCompileCache();
};
