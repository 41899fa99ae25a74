import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HashAlgorithm } from '#contracts/hash-bank.ts';
import { hammingDistance, parseHash256 } from '#engine/hash/hash256.ts';
import type { HashBankSnapshot } from '#engine/ports/hash-banks.ts';
import { readEpoch } from '#features/policies/index.ts';
import type { Database } from '#platform/database/database.ts';
import { createTestDatabase, openAsOwner, type TestDatabase } from '#test/support/database.ts';
import {
  type BankWorld,
  createBankWorld,
  createRandom,
  listOf,
  randomHex,
  turnBits,
} from '#test/support/hash-banks.ts';
import { HashBankMemory } from './hash-bank-memory.ts';

let testDatabase: TestDatabase;
let database: Database;
let world: BankWorld;
const random = createRandom(42);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
  world = createBankWorld(database);
});
afterAll(() => testDatabase.drop());

interface Entry {
  readonly algorithm: HashAlgorithm;
  readonly hash: string;
}
const digits = { sha256: 64, md5: 32, pdq: 64 } as const;

const create = (id: string) =>
  world.banks.create(
    { id, kind: 'custom', category: 'spam', name: id, description: '', mode: 'active', share: 1, maximumDistance: 31 },
    world.actor,
  );
const importAll = (bankId: string, entries: readonly Entry[]) =>
  world.entries.import(
    {
      bankId,
      format: 'csv',
      atomic: true,
      list: listOf(entries.map(({ algorithm, hash }) => `${algorithm},${hash}`).join('\n'), 65_536),
    },
    world.actor,
  );
const loaded = async (memory = world.memory): Promise<HashBankSnapshot> => memory.load(await readEpoch(database));
const bankOf = (snapshot: HashBankSnapshot, id: string) => snapshot.banks.find(({ bank }) => bank.id === id)!;

/** The nearest of the hashes as reading them all finds it. */
const bruteForce = (entries: readonly Entry[], hash: string, within: number): number | undefined => {
  const wanted = parseHash256(hash);
  const distances = entries
    .filter(({ algorithm }) => algorithm === 'pdq')
    .map((entry) => hammingDistance(parseHash256(entry.hash), wanted))
    .filter((distance) => distance <= within);
  return distances.length === 0 ? undefined : Math.min(...distances);
};

const expectSame = (snapshot: HashBankSnapshot, id: string, entries: readonly Entry[], tries: number): void => {
  const bank = bankOf(snapshot, id);
  const known = new Set(entries.map(({ algorithm, hash }) => `${algorithm} ${hash}`));
  const perceptual = entries.filter(({ algorithm }) => algorithm === 'pdq');
  for (let round = 0; round < tries; round += 1) {
    const origin = perceptual[Math.floor(random() * perceptual.length)];
    const wanted =
      origin === undefined || round % 4 === 0
        ? randomHex(random, 64)
        : turnBits(origin.hash, Math.floor(random() * 40), random);
    const within = Math.floor(random() * 32);
    const hit = bank.nearest(parseHash256(wanted), within);
    expect(hit?.distance).toBe(bruteForce(entries, wanted, within));
    if (hit !== undefined) {
      expect(known.has(`pdq ${hit.hash}`)).toBe(true);
      expect(hammingDistance(parseHash256(hit.hash), parseHash256(wanted))).toBe(hit.distance);
    }
    const any = entries[Math.floor(random() * entries.length)];
    if (any !== undefined && any.algorithm !== 'pdq') expect(bank.exact(any.algorithm, any.hash)?.hash).toBe(any.hash);
    expect(bank.exact('sha256', randomHex(random, 64))).toBeUndefined();
    expect(bank.exact('md5', randomHex(random, 32))).toBeUndefined();
  }
};

const randomEntries = (count: number, algorithms: readonly HashAlgorithm[] = ['sha256', 'md5', 'pdq']): Entry[] =>
  Array.from({ length: count }, (_, index) => {
    const algorithm = algorithms[index % algorithms.length]!;
    return { algorithm, hash: randomHex(random, digits[algorithm]) };
  });

describe('B7: banks in memory', () => {
  it('find what reading everything finds, through additions, removals and new readings', async () => {
    await create('changing');
    let entries = randomEntries(600);
    await importAll('changing', entries);
    expectSame(await loaded(), 'changing', entries, 100);
    for (let round = 0; round < 6; round += 1) {
      const added = randomEntries(30);
      await importAll('changing', added);
      const stored = (await world.entries.entries('changing', { limit: 200 })).entries;
      const gone = stored.filter(() => random() < 0.1);
      for (const { id } of gone) await world.entries.remove('changing', id, world.actor);
      const removed = new Set(gone.map(({ algorithm, hash }) => `${algorithm} ${hash}`));
      entries = [...entries, ...added].filter(({ algorithm, hash }) => !removed.has(`${algorithm} ${hash}`));
      const snapshot = await loaded();
      expectSame(snapshot, 'changing', entries, 60);
      for (const { algorithm, hash } of gone)
        if (algorithm !== 'pdq') expect(bankOf(snapshot, 'changing').exact(algorithm, hash)).toBeUndefined();
      // What was followed change by change is what a process that begins now reads whole.
      expectSame(await loaded(new HashBankMemory({ database })), 'changing', entries, 20);
    }
    // More than is added to an index that is there: it is read anew.
    const many = randomEntries(5_000);
    await importAll('changing', many);
    entries = [...entries, ...many];
    expectSame(await loaded(), 'changing', entries, 40);
  });

  it('build a large bank in a thread, and find the same', async () => {
    await create('large');
    const entries = randomEntries(24_000, ['pdq']);
    await importAll('large', entries);
    expectSame(await loaded(new HashBankMemory({ database })), 'large', entries, 30);
  }, 60_000);

  it('tell a bank from one of its id that was deleted', async () => {
    await create('again');
    const [before, after] = randomEntries(2, ['md5']) as [Entry, Entry];
    await importAll('again', [before]);
    expect(bankOf(await loaded(), 'again').exact('md5', before.hash)).toBeDefined();
    await world.banks.remove('again', world.actor);
    expect(bankOf(await loaded(), 'again')).toBeUndefined();
    await create('again');
    await importAll('again', [after]);
    expect(bankOf(await loaded(), 'again').exact('md5', before.hash)).toBeUndefined();
    expect(bankOf(await loaded(), 'again').exact('md5', after.hash)).toBeDefined();
  });

  it('leave banks out that are off, and take them in again', async () => {
    await create('switched');
    const [entry] = randomEntries(1, ['md5']) as [Entry];
    await importAll('switched', [entry]);
    await world.banks.update('switched', { mode: 'off', revision: 1 }, world.actor);
    expect(bankOf(await loaded(), 'switched')).toBeUndefined();
    await world.banks.update('switched', { mode: 'quarantine', revision: 2 }, world.actor);
    expect(bankOf(await loaded(), 'switched').bank.mode).toBe('quarantine');
    expect(bankOf(await loaded(), 'switched').exact('md5', entry.hash)).toBeDefined();
  });

  it('read once for all who ask at the same time, and again where the epoch has moved on meanwhile', async () => {
    const memory = new HashBankMemory({ database });
    const epoch = await readEpoch(database);
    const snapshots = await Promise.all(Array.from({ length: 20 }, () => memory.load(epoch)));
    expect(new Set(snapshots).size).toBe(1);
    const early = memory.load(epoch);
    await create('meanwhile');
    const later = await memory.load(await readEpoch(database));
    expect((await early).epoch).toBeLessThan(later.epoch);
    expect(bankOf(later, 'meanwhile')).toBeDefined();
  });

  it('look hashes up over all banks, nearest first by bank', async () => {
    await create('asked');
    const [sha256, md5, pdq] = randomEntries(3) as [Entry, Entry, Entry];
    await importAll('asked', [sha256, md5, pdq]);
    const near = turnBits(pdq.hash, 9, random);
    const lookUp = (changes: object) =>
      world.banks.lookUp({
        sha256: sha256.hash.toUpperCase(),
        md5: md5.hash,
        pdq: near,
        maximumDistance: 31,
        ...changes,
      });
    const found = (await lookUp({})).filter(({ bankId }) => bankId === 'asked');
    expect(found.map(({ algorithm, hash, distance }) => [algorithm, hash, distance])).toEqual([
      ['sha256', sha256.hash, 0],
      ['md5', md5.hash, 0],
      ['pdq', pdq.hash, 9],
    ]);
    expect((await lookUp({ maximumDistance: 8 })).map(({ algorithm }) => algorithm)).not.toContain('pdq');
  });

  it('refuse entries that are not what was counted, and are read again once that is mended', async () => {
    const owner = openAsOwner(testDatabase);
    try {
      await owner.query("UPDATE hash_banks SET md5_entries = md5_entries + 1 WHERE id = 'asked'");
      const memory = new HashBankMemory({ database });
      await expect(loaded(memory)).rejects.toMatchObject({ name: 'BankCorruptError', bankId: 'asked' });
      await owner.query("UPDATE hash_banks SET md5_entries = md5_entries - 1 WHERE id = 'asked'");
      expect(bankOf(await loaded(memory), 'asked')).toBeDefined();
    } finally {
      await owner.close();
    }
  });
});
