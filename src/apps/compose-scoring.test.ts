import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadedImages } from '#connectors/image-sandbox/loaded-images.ts';
import { noHashBanks } from '#detectors/layer1-hashes/banks/no-hash-banks.ts';
import { parsePolicyDocument } from '#features/policies/index.ts';
import type { ContentScorer, Score, ScoredContent } from '#features/scoring/index.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import {
  composeImageSandbox,
  composeModels,
  composeSetups,
  loadDefaultTermLists,
  type SharedDetectors,
} from './compose.ts';
import { composeScorer } from './compose-scoring.ts';

const texts = JSON.parse(readFileSync(new URL('../../test/fixtures/texts.json', import.meta.url), 'utf8')) as Record<
  'benign' | 'hateful' | 'spammy' | 'ambiguous',
  string
>;
const german = 'Ich habe heute mit meiner Gro\u00dfmutter einen wunderbaren Spaziergang am Fluss gemacht.';

const projectDir = join(import.meta.dirname, '../..');
const sandbox = composeImageSandbox();
const opened: SharedDetectors[] = [];

/** Models of their own, which remember nothing of what others have looked at. */
const openScorer = async (): Promise<ContentScorer> => {
  const parsed = parsePolicyDocument(readFileSync(join(projectDir, 'policies/default.yaml'), 'utf8'));
  if ('errors' in parsed) throw new Error('the default policy is not valid');
  const models = composeModels(projectDir, { log: silentLog, images: new LoadedImages(sandbox) });
  opened.push(models);
  const setup = composeSetups({ models, banks: noHashBanks }).setupFor({
    epoch: 0,
    policy: { ...parsed.document, id: 'default', version: 1 },
    termLists: loadDefaultTermLists(),
    domainLists: [],
    digests: new Map(),
  });
  await models.open();
  return composeScorer({ setups: { current: async () => setup }, models, projectDir, now: () => 0 });
};

let scorer: ContentScorer;
beforeAll(async () => {
  scorer = await openScorer();
}, 60_000);
afterAll(async () => {
  await Promise.all(opened.map((models) => models.close()));
  await sandbox.close();
});

const scoreTexts = (...several: string[]): Promise<readonly ScoredContent[]> => scoresBy(scorer, several);
const scoresBy = (by: ContentScorer, several: readonly string[]): Promise<readonly ScoredContent[]> =>
  by.score(several.map((text) => ({ parts: [{ id: 'body', kind: 'text', text }] })));
const allScores = ({ categories, attributes }: ScoredContent): [string, Score][] => [...categories, ...attributes];

describe('C1: scores by what ships', () => {
  it('are of every category that the text models judge, calibrated, beside the recommended point', async () => {
    const [hateful, benign, spammy] = await scoreTexts(texts.hateful, texts.benign, texts.spammy);
    for (const category of ['hate_speech', 'harassment', 'sexual', 'violence', 'self_harm', 'spam']) {
      const score = hateful!.categories.get(category)!;
      expect(score, category).toMatchObject({ status: 'ok', kinds: ['text'] });
      expect(score.aligned >= 0.5, category).toBe(score.probability >= score.operatingPoint);
    }
    expect(hateful!.categories.get('hate_speech')!.aligned).toBeGreaterThan(0.5);
    expect(benign!.categories.get('hate_speech')!.aligned).toBeLessThan(0.5);
    expect(spammy!.categories.get('spam')!.aligned).toBeGreaterThan(0.5);
    for (const category of ['csam', 'copyright', 'misinformation'])
      expect(hateful!.categories.get(category)!.status).toBe('not_assessed');
  });

  it('are of attributes, calibrated too', async () => {
    const [hateful, benign] = await scoreTexts(texts.hateful, texts.benign);
    for (const attribute of ['toxicity', 'profanity'])
      expect(hateful!.attributes.get(attribute), attribute).toMatchObject({ status: 'ok', kinds: ['text'] });
    expect(hateful!.attributes.get('toxicity')!.aligned).toBeGreaterThan(0.5);
    expect(benign!.attributes.get('toxicity')!.aligned).toBeLessThan(0.5);
  });

  it('keep their order when they are aligned', async () => {
    const scored = await scoreTexts(...Object.values(texts), 'you are an idiot', 'what a lovely day', 'I hate mondays');
    const byName = Map.groupBy(scored.flatMap(allScores), ([name]) => name);
    for (const [name, scores] of byName) {
      const sorted = scores.map(([, score]) => score).toSorted((left, right) => left.probability - right.probability);
      const aligned = sorted.map((score) => score.aligned);
      expect(aligned, name).toEqual(aligned.toSorted((left, right) => left - right));
    }
  });

  it('do not depend on what is scored beside them', async () => {
    const beside = Array.from({ length: 70 }, (_, index) => `${texts.ambiguous} ${index}`);
    const together = (await scoreTexts(...beside.slice(0, 30), texts.hateful, ...beside.slice(30)))[30]!;
    const [alone] = await scoresBy(await openScorer(), [texts.hateful]);
    for (const [name, { probability }] of allScores(alone!)) {
      const other = new Map(allScores(together)).get(name)!.probability;
      expect(Math.abs(other - probability), name).toBeLessThan(0.002);
    }
  }, 30_000);

  it('say nothing of a text in a language that the models do not know', async () => {
    const [foreign] = await scoreTexts(german);
    expect(foreign!.language).toEqual({ code: 'de', reliable: true });
    expect(foreign!.categories.get('hate_speech')).toMatchObject({ status: 'not_applicable', probability: 0 });
    expect(foreign!.attributes.get('toxicity')).toMatchObject({ status: 'not_applicable', aligned: 0 });
  });
});
