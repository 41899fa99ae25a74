/** Thread entry: loads and verifies the model once, then judges batches of texts, each text by itself. */

import { parentPort, workerData } from 'node:worker_threads';
import { errorName } from '#platform/telemetry/error-name.ts';
import { createClassifier } from './classify.ts';
import { identifyLanguage } from './language.ts';
import { loadNgramModel, type NgramModel } from './ngram-model.ts';
import type { ClassifyRequest, TextAnswer, WorkerMessage, WorkerSettings } from './worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('classifier-worker.ts is a worker thread entry: start it through ClassifierPool');
const { manifestPath } = workerData as WorkerSettings;

function send(message: WorkerMessage): void {
  port?.postMessage(message);
}

function serve(model: NgramModel): void {
  const classifier = createClassifier(model);
  const judge = (text: string): TextAnswer => {
    const started = performance.now();
    try {
      const language = identifyLanguage(text);
      const foreign = language.reliable && language.language !== model.manifest.language;
      const classification = foreign ? undefined : classifier.classify(text);
      const durationMs = performance.now() - started;
      return {
        ok: true,
        judged: { language, durationMs, ...(classification === undefined ? {} : { classification }) },
      };
    } catch (error) {
      return { ok: false, error: errorName(error) };
    }
  };
  port?.on('message', ({ batch, texts }: ClassifyRequest) => {
    send({ kind: 'answers', batch, answers: texts.map(judge) });
  });
  send({ kind: 'ready' });
}

try {
  serve(loadNgramModel(manifestPath));
} catch (error) {
  send({ kind: 'failed', message: error instanceof Error ? error.message : 'the model could not be loaded' });
}
