import { afterAll, beforeAll, describe } from 'vitest';
import { composeImageSandbox } from '#apps/compose.ts';
import { LoadedImages } from '#connectors/image-sandbox/loaded-images.ts';
import { createExternalScorer } from '#connectors/scorers/external-scorer.ts';
import { readScorers } from '#connectors/scorers/read-scorers.ts';
import { createExternalDetector } from '#detectors/layer2-external/external-detector.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { systemClock } from '#platform/clock.ts';
import { Secret } from '#platform/config-secret.ts';
import { newId } from '#platform/ids.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import { photoJpeg, pictureFixture } from '#test/support/pictures.ts';
import { type ScriptedScorer, startScriptedScorer } from '#test/support/scripted-scorer.ts';
import { defaultSamples, describeDetectorConformance } from './detector-conformance.ts';

/** Scorers in front of a server that answers by the length of what it is sent keep what every detector promises. */
describe('C7 E5', async () => {
  const sandbox = composeImageSandbox();
  const images = new LoadedImages(sandbox);
  const pictures = await Promise.all([
    images.add(newId(), pictureFixture('note.png')),
    images.add(newId(), await photoJpeg(5)),
  ]);
  const samples = {
    ordinary: [...defaultSamples.ordinary, ...pictures.map((file) => ({ file }))],
    hostile: [
      ...defaultSamples.hostile,
      { file: undefined },
      { file: { status: 'unavailable' as const, reason: 'fetch_timeout' } },
    ],
  };
  let server: ScriptedScorer;
  beforeAll(async () => {
    server = await startScriptedScorer(({ content }) => {
      const score = (content.length % 97) / 97;
      return { scores: { hate: score, sexual: score, spam: score, Spam: score } };
    });
  });
  afterAll(async () => {
    await server.close();
    await sandbox.close();
  });

  const detectorFor = (settings: object): Detector => {
    const limits = { requestsPerMinute: 100_000, concurrency: 16, maximumCharacters: 1_000_000 };
    const read = readScorers(
      JSON.stringify({ scorers: [{ id: 'outside', ...limits, ...settings }] }),
      () => new Secret('k'),
    );
    if ('faults' in read) throw new Error(JSON.stringify(read.faults));
    const [{ settings: checked, protocol }] = read.scorers as [(typeof read.scorers)[number]];
    const fetch = createGuardedFetch({ allowedPrivateHosts: ['127.0.0.1'] });
    return createExternalDetector({
      ...checked,
      version: '1',
      judges: protocol.judges,
      scorer: createExternalScorer(protocol, checked, { fetch, clock: systemClock }),
      images,
    });
  };

  describeDetectorConformance(
    'of OpenAI, for texts',
    () => detectorFor({ kind: 'openai_moderation', baseUrl: `${server.address}/v1`, apiKeyFrom: 'KEY' }),
    samples,
  );
  describeDetectorConformance(
    'of OpenAI, for pictures',
    () => detectorFor({ kind: 'openai_moderation', baseUrl: `${server.address}/v1`, input: 'image' }),
    samples,
  );
  describeDetectorConformance(
    'of any kind',
    () => {
      const response = { categories: { spam: '/scores/spam' } };
      return detectorFor({ kind: 'http', url: `${server.address}/score`, request: { text: '{{text}}' }, response });
    },
    samples,
  );
  describeDetectorConformance(
    'of Label Studio',
    () => detectorFor({ kind: 'label_studio_ml', url: server.address, categories: { spam: 'Spam' } }),
    samples,
  );
});
