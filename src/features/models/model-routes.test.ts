import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DecisionsReport, decisionsReportSchema, modelReportSchema, modelsSchema } from '#contracts/models.ts';
import { problemSchema } from '#contracts/problem.ts';
import { createPerson, everyCaller, findAccessFaults, signInAs } from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld, createTestClock } from '#test/support/access-server.ts';
import { readModelCatalogue } from './model-catalogue.ts';
import { registerModelRoutes } from './model-routes.ts';

const shipped = join(import.meta.dirname, '../../../models');
const decisions: DecisionsReport = {
  format: 'tidegate-model-report/1',
  model: 'decisions',
  version: 'policy 1',
  measuredOn: 'Nothing yet.',
  cautions: [],
  items: 0,
  labels: [],
  notScored: [],
  leastItems: 30,
  tooFew: [],
};

describe('models over HTTP', () => {
  let world: AccessWorld;
  let headers: Record<string, string>;
  beforeAll(async () => {
    world = await createAccessWorld(createTestClock(new Date().toISOString()));
    registerModelRoutes(world.server, {
      catalogue: await readModelCatalogue(shipped),
      decisionsReport: async () => decisions,
    });
    headers = await signInAs(world.server, world.database, await createPerson(world.database, 'analyst'));
  });
  afterAll(() => world.close());
  const get = (url: string) => world.server.inject({ method: 'GET', url, headers });

  it('lists every installed model with its card, the texts’ first', async () => {
    const { entries } = modelsSchema.parse((await get('/v1/models')).json());
    expect(entries.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['text-ngram', 'image-nsfw', 'image-opennsfw', 'image-text']),
    );
    expect(entries[0]?.partKinds).toEqual(['text']);
    expect(entries.find(({ id }) => id === 'text-ngram')).toMatchObject({
      hasReport: true,
      licence: 'Apache-2.0',
      languages: ['en'],
    });
    expect(entries.find(({ id }) => id === 'image-nsfw')).toMatchObject({ hasReport: false, metrics: [] });
  });

  it('gives the report with its whole grid of thresholds', async () => {
    const report = modelReportSchema.parse((await get('/v1/models/text-ngram/report')).json());
    const spam = report.labels.find(({ label }) => label === 'spam')!;
    expect(spam.curve.map(({ threshold }) => threshold)).toEqual(
      Array.from({ length: 99 }, (_, index) => Math.round(index + 1) / 100),
    );
    expect(spam.reliability).toHaveLength(15);
    expect(spam.headline.rocAuc).toBeGreaterThan(0.9);
    expect(decisionsReportSchema.parse((await get('/v1/models/report/decisions')).json())).toEqual(decisions);
  });

  it.each([
    ['/v1/models/image-nsfw/report', 404, /nobody has measured/],
    ['/v1/models/nothing/report', 404, /No model `nothing`/],
    ['/v1/models/..%2F..%2Fetc/report', 422, /id/],
  ])('says of %s what is wrong', async (url, status, detail) => {
    const response = await get(url);
    expect(response.statusCode).toBe(status);
    const problem = problemSchema.parse(response.json());
    expect(`${problem.detail} ${JSON.stringify(problem.errors ?? [])}`).toMatch(detail);
    expect(problem.remedy).toMatch(/\w/);
  });

  it('is for those who answer for the policy and the figures', async () => {
    const callers = await everyCaller(world.server, world.database);
    const faults = await findAccessFaults(world.server, callers);
    expect(faults).toEqual([]);
  });
});

describe('cards that are not right', () => {
  const withCard = async (content: string, expected: RegExp): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), 'tidegate-models-'));
    try {
      await mkdir(join(folder, 'broken'));
      await writeFile(join(folder, 'broken', 'registry.json'), content);
      await expect(readModelCatalogue(folder)).rejects.toThrow(expected);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it('stop the start with file and place', async () => {
    await withCard('{', /broken\/registry\.json: not JSON/);
    await withCard('{"format":"tidegate-model-card/1"}', /broken\/registry\.json: id: /);
  });
});
