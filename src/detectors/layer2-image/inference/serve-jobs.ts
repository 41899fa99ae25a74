import { parentPort } from 'node:worker_threads';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { ThreadMessage, ThreadRequest } from './thread-protocol.ts';

/** Handles one job. `cancelled` tells whether anybody still waits; work may then end with any answer. */
export type JobHandler<Request, Answer> = (request: Request, cancelled: () => boolean) => Promise<Answer>;

/**
 * The inside of an InferenceThread: loads the models, says that it is ready, and answers one job after the other.
 * A job that throws is refused by the name of its error alone, since messages may quote the picture.
 */
export const serveJobs = async <Request, Answer>(load: () => Promise<JobHandler<Request, Answer>>): Promise<void> => {
  const port = parentPort;
  if (port === null) throw new Error('this file is a worker thread entry: start it through InferenceThread');
  const send = (message: ThreadMessage<Answer>): void => port.postMessage(message);
  let handle: JobHandler<Request, Answer>;
  try {
    handle = await load();
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : 'the model could not be loaded' });
    return;
  }
  port.on('message', ({ job, request, cancelled }: ThreadRequest<Request>) => {
    const flag = new Int32Array(cancelled);
    handle(request, () => Atomics.load(flag, 0) !== 0).then(
      (answer) => send({ kind: 'answer', job, answer }),
      (error) => send({ kind: 'refused', job, error: errorName(error) }),
    );
  });
  send({ kind: 'ready' });
};
