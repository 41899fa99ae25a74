/** Entry of a process: loads and verifies both models once, then looks at the frames of a picture, each by itself. */

import { loadModelFile } from '../../inference/image-model-files.ts';
import { serveJobs } from '../../inference/serve-jobs.ts';
import { openSession, runSession } from '../../inference/session.ts';
import { firstInput, secondInput } from './preprocess.ts';
import type { NsfwAnswer, NsfwRequest, NsfwWorkerSettings } from './worker-protocol.ts';

await serveJobs<NsfwWorkerSettings, NsfwRequest, NsfwAnswer>(async ({ firstManifest, secondManifest }) => {
  const models = {
    first: { session: await openSession(loadModelFile(firstManifest, 'model')), inputOf: firstInput },
    second: { session: await openSession(loadModelFile(secondManifest, 'model')), inputOf: secondInput },
  };
  return async ({ model, frames }, cancelled) => {
    const { session, inputOf } = models[model];
    const outputs: number[][] = [];
    for (const frame of frames) {
      if (cancelled()) break;
      outputs.push(Array.from((await runSession(session, inputOf(frame))).data));
    }
    return outputs;
  };
});
