import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Configuration } from '#features/policies/index.ts';
import { bumpEpoch, PolicyService, parsePolicyDocument, readEpoch, seedPolicies } from '#features/policies/index.ts';
import type { Database } from '#platform/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createSetupProvider } from './setups.ts';

const parsed = parsePolicyDocument(readFileSync(new URL('../../policies/default.yaml', import.meta.url), 'utf8'));
if ('errors' in parsed) throw new Error('the default policy is not valid');
const { document } = parsed;

const compose = ({ epoch, policy }: Configuration) => ({
  epoch,
  policy,
  calibrations: () => undefined,
  detectors: [],
});

describe('setups', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = testDatabase.database;
    await seedPolicies(database, { defaultDocument: document, termLists: [] });
  });
  afterAll(() => testDatabase.drop());
  const change = () => database.transaction((tx) => bumpEpoch(tx));

  it('are composed once for all decisions that meet a new configuration at the same time', async () => {
    let reads = 0;
    const setups = createSetupProvider(
      new PolicyService({ database }),
      async () => {
        reads += 1;
        return [];
      },
      compose,
    );
    const epoch = await change();
    const refreshed = await Promise.all(Array.from({ length: 20 }, () => setups.refresh(epoch)));
    expect(new Set(refreshed).size).toBe(1);
    expect(refreshed[0]!.epoch).toBe(epoch);
    expect(reads).toBe(1);
  });

  it('are composed again after it went wrong once', async () => {
    let reads = 0;
    const setups = createSetupProvider(
      new PolicyService({ database }),
      async () => {
        reads += 1;
        if (reads === 1) throw new Error('the database is away');
        return [];
      },
      compose,
    );
    await expect(setups.current()).rejects.toThrow('away');
    expect((await setups.current()).epoch).toBe(await readEpoch(database));
  });

  it('that cannot be composed for a change from elsewhere are reported, and end nothing', async () => {
    const policies = new PolicyService({ database });
    await policies.current();
    const setups = createSetupProvider(policies, () => Promise.reject(new Error('the database is away')), compose);
    const failure = Promise.withResolvers<unknown>();
    const stop = await policies.watch((configuration) => setups.refresh(configuration.epoch), failure.resolve);
    await change();
    expect(await failure.promise).toMatchObject({ message: 'the database is away' });
    await stop();
  });
});
