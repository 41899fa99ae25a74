import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BankImportFormat, BankKind, HashBankCreate } from '#contracts/hash-bank.ts';
import type { ImageFacts } from '#contracts/media.ts';
import { noEvidence, verifyAudit } from '#features/audit/index.ts';
import { readEpoch } from '#features/policies/index.ts';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  type BankWorld,
  createBankWorld,
  createRandom,
  frameHashes,
  listOf,
  md5Of,
  pictureFacts,
  randomHex,
  sha256Of,
} from '#test/support/hash-banks.ts';

let testDatabase: TestDatabase;
let database: Database;
let world: BankWorld;
const pictureId = newId();
const random = createRandom(1);
const goodFrame = randomHex(random, 64);
const pictures = new Map<string, ImageFacts>([
  [pictureId, pictureFacts('a picture', [frameHashes(0, goodFrame), frameHashes(1, randomHex(random, 64), 49)])],
]);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
  world = createBankWorld(database, pictures);
});
afterAll(() => testDatabase.drop());

let banksMade = 0;
const create = async (kind: BankKind, changes: Partial<HashBankCreate> = {}) => {
  banksMade += 1;
  return world.banks.create(
    {
      id: `${kind}_${banksMade}`,
      kind,
      name: `Bank ${banksMade}`,
      description: '',
      mode: 'active',
      share: 1,
      maximumDistance: 31,
      ...(kind === 'custom' ? { category: 'violence' } : {}),
      ...changes,
    },
    world.actor,
  );
};
const importList = (bankId: string, format: BankImportFormat, text: string, atomic = false) =>
  world.entries.import({ bankId, format, atomic, list: listOf(text, 1_000) }, world.actor);
const hashesOf = async (bankId: string) =>
  (await world.entries.entries(bankId, { limit: 200 })).entries
    .map(({ algorithm, hash }) => `${algorithm} ${hash}`)
    .sort();
const lastAudit = async () =>
  (
    await database.query<{ action: string; subject_id: string; details: string }>(
      'SELECT action, subject_id, details FROM audit_entries ORDER BY sequence DESC LIMIT 1',
    )
  )[0]!;

describe('B7: hash banks', () => {
  it('come with what their kind does by default', async () => {
    const made = [];
    for (const kind of ['csam', 'ncii', 'terrorism', 'copyright', 'custom', 'allow'] as const)
      made.push(await create(kind));
    expect(made.map(({ kind, category, exact, perceptual }) => [kind, category, exact, perceptual])).toEqual([
      ['csam', 'csam', 'block', 'hold'],
      ['ncii', 'ncii', 'hold', 'hold'],
      ['terrorism', 'terrorism', 'block', 'hold'],
      ['copyright', 'copyright', 'hold', 'hold'],
      ['custom', 'violence', 'score', 'score'],
      ['allow', 'spam', 'allow', 'label'],
    ]);
  });

  it.each([
    ['custom', { category: undefined }, 'category'],
    ['csam', { exact: 'label' }, 'exact'],
    ['csam', { perceptual: 'label' }, 'perceptual'],
    ['ncii', { exact: 'allow' }, 'exact'],
    ['allow', { exact: 'block' }, 'exact'],
    ['allow', { perceptual: 'hold' }, 'perceptual'],
  ] as const)('refuse, of the kind %s, %j', async (kind, changes, path) => {
    await expect(create(kind, changes as Partial<HashBankCreate>)).rejects.toMatchObject({
      status: 422,
      errors: [{ path }],
    });
  });

  it('move the epoch and leave an audit entry with every change, in the same transaction', async () => {
    const before = await readEpoch(database);
    const bank = await create('custom');
    expect(await readEpoch(database)).toBe(before + 1);
    expect(await lastAudit()).toMatchObject({ action: 'hash-bank-created', subject_id: bank.id });
    const changed = await world.banks.update(bank.id, { mode: 'quarantine', revision: 1 }, world.actor);
    expect(changed).toMatchObject({ mode: 'quarantine', revision: 2, exact: 'score' });
    expect(await readEpoch(database)).toBe(before + 2);
    await expect(world.banks.update(bank.id, { mode: 'off', revision: 1 }, world.actor)).rejects.toMatchObject({
      status: 409,
    });
    await expect(create('custom', { id: bank.id })).rejects.toMatchObject({ status: 409 });
    expect(await readEpoch(database)).toBe(before + 2);
    await world.banks.remove(bank.id, world.actor);
    await expect(world.banks.bank(bank.id)).rejects.toMatchObject({ status: 404 });
    expect(await lastAudit()).toMatchObject({ action: 'hash-bank-deleted', subject_id: bank.id });
    expect(await readEpoch(database)).toBe(before + 3);
    expect((await verifyAudit(database, noEvidence)).valid).toBe(true);
  });

  it('take hashes, name the faulty ones, and know what is there', async () => {
    const { id } = await create('custom');
    const hashes = [
      { algorithm: 'sha256' as const, hash: sha256Of('a').toUpperCase(), sourceId: 'x' },
      { algorithm: 'md5' as const, hash: md5Of('a') },
      { algorithm: 'pdq' as const, hash: goodFrame },
    ];
    await expect(
      world.entries.add(id, { hashes: [...hashes, { algorithm: 'md5', hash: 'abc' }] }, world.actor),
    ).rejects.toMatchObject({ status: 422, errors: [{ path: 'hashes.3.hash' }] });
    expect(await world.entries.add(id, { hashes }, world.actor)).toEqual({ added: 3, known: 0 });
    const epoch = await readEpoch(database);
    expect(await world.entries.add(id, { hashes }, world.actor)).toEqual({ added: 0, known: 3 });
    expect(await readEpoch(database)).toBe(epoch);
    expect((await world.banks.bank(id)).entries).toEqual({ sha256: 1, md5: 1, pdq: 1 });
    const found = await world.entries.entries(id, { limit: 10, hash: sha256Of('a') });
    expect(found.entries).toMatchObject([{ algorithm: 'sha256', hash: sha256Of('a'), sourceId: 'x' }]);
    await world.entries.remove(id, found.entries[0]!.id, world.actor);
    await expect(world.entries.remove(id, found.entries[0]!.id, world.actor)).rejects.toMatchObject({ status: 404 });
    expect((await world.banks.bank(id)).entries).toEqual({ sha256: 0, md5: 1, pdq: 1 });
  });

  it('take an uploaded picture by its digests and the frames that say enough', async () => {
    const { id } = await create('custom');
    expect(await world.entries.add(id, { mediaId: pictureId, note: 'seen' }, world.actor)).toEqual({
      added: 3,
      known: 0,
    });
    expect(await hashesOf(id)).toEqual(
      [`md5 ${md5Of('a picture')}`, `pdq ${goodFrame}`, `sha256 ${sha256Of('a picture')}`].sort(),
    );
    await expect(world.entries.add(id, { mediaId: newId() }, world.actor)).rejects.toMatchObject({ status: 404 });
  });

  it('list entries page by page', async () => {
    const { id } = await create('custom');
    const hashes = Array.from({ length: 25 }, (_, index) => ({
      algorithm: 'md5' as const,
      hash: md5Of(`page ${index}`),
    }));
    await world.entries.add(id, { hashes }, world.actor);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.entries.entries(id, { limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.entries.map(({ hash }) => hash));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(hashes.map(({ hash }) => hash).toSorted());
    await expect(world.entries.entries(id, { limit: 10, cursor: 'x' })).rejects.toMatchObject({ status: 422 });
    await expect(world.entries.entries(id, { limit: 10, hash: 'abc' })).rejects.toMatchObject({ status: 422 });
  });
});

describe('B7: imports', () => {
  const rows = (count: number, prefix = 'row') =>
    Array.from({ length: count }, (_, index) => `sha256,${sha256Of(`${prefix} ${index}`)},id-${index},`);

  it('keep the good lines and name the bad ones, or nothing, as asked', async () => {
    const { id } = await create('ncii');
    const lines = rows(200);
    for (let line = 0; line < 200; line += 1) if (line % 100 === 49) lines[line] = 'sha256,nonsense,,';
    const refused = await importList(id, 'csv', lines.join('\n'), true);
    expect(refused).toMatchObject({ written: false, added: 0, known: 0, faulty: 2 });
    expect(refused.faults.map(({ line }) => line)).toEqual([50, 150]);
    expect((await world.banks.bank(id)).entries.sha256).toBe(0);
    const kept = await importList(id, 'csv', lines.join('\n'));
    expect(kept).toMatchObject({ written: true, added: 198, known: 0, faulty: 2, faults: refused.faults });
    expect((await world.banks.bank(id)).entries.sha256).toBe(198);
    expect(await lastAudit()).toMatchObject({ action: 'hash-bank-imported', subject_id: id });
  });

  it('name the first hundred of many faults, and count all', async () => {
    const { id } = await create('ncii');
    const report = await importList(id, 'csv', 'md5,x,,\n'.repeat(12_345));
    expect(report).toMatchObject({ faulty: 12_345, added: 0 });
    expect(report.faults).toHaveLength(100);
  });

  it('take 5,000 lines, and the same again as known', async () => {
    const { id } = await create('custom');
    const list = [...rows(5_000, 'many'), ...rows(10, 'many')].join('\n');
    expect(await importList(id, 'csv', list, true)).toMatchObject({ added: 5_000, known: 10, faulty: 0 });
    expect(await importList(id, 'csv', list, true)).toMatchObject({ added: 0, known: 5_010 });
    expect((await world.banks.bank(id)).entries.sha256).toBe(5_000);
  });

  it('let the last word of a list on a hash count, within a batch and over batches', async () => {
    const { id } = await create('ncii');
    const record = (hash: string, hashStatus: string) =>
      JSON.stringify({ signalType: 'ImagePDQ', hashValue: hash, hashStatus });
    const [one, two, three] = [1, 2, 3].map(() => randomHex(random, 64)) as [string, string, string];
    const filler = Array.from({ length: 6_000 }, () => record(randomHex(random, 64), 'Active'));
    const list = [
      record(one, 'Active'),
      record(one, 'Withdrawn'),
      record(two, 'Withdrawn'),
      record(two, 'Active'),
      record(three, 'Active'),
      ...filler,
      record(three, 'Deleted'),
    ];
    const report = await importList(id, 'stopncii', list.join('\n'));
    expect(report).toMatchObject({ removed: 1, faulty: 0 });
    const there = async (hash: string) => (await world.entries.entries(id, { limit: 1, hash })).entries.length;
    expect([await there(one), await there(two), await there(three)]).toEqual([0, 1, 0]);
    expect((await world.banks.bank(id)).entries.pdq).toBe(6_001);
  });

  it('drop an entry only when its last source withdraws it', async () => {
    const { id } = await create('csam');
    const document = (inside: string) => `<queryResult><images>${inside}</images></queryResult>`;
    const image = (member: number) =>
      `<image><member id="${member}">M</member><id>i</id><classification>A1</classification><fingerprints><md5>${md5Of('x')}</md5><sha1>y</sha1></fingerprints></image>`;
    const deleted = (member: number) => `<deletedImage><member id="${member}">M</member><id>i</id></deletedImage>`;
    // Fingerprints that nothing is looked up by are named, and no fault.
    expect(await importList(id, 'ncmec', document(image(1)), true)).toMatchObject({ added: 1, skipped: { sha1: 1 } });
    expect(await importList(id, 'ncmec', document(image(2)), true)).toMatchObject({ added: 0, known: 1 });
    expect(await importList(id, 'ncmec', document(deleted(1)))).toMatchObject({ removed: 0 });
    expect(await hashesOf(id)).toEqual([`md5 ${md5Of('x')}`]);
    expect(await importList(id, 'ncmec', document(deleted(2)))).toMatchObject({ removed: 1 });
    expect(await hashesOf(id)).toEqual([]);
  });

  it('write nothing where the list breaks off, and are one at a time', async () => {
    const { id } = await create('custom');
    const broken = async function* () {
      yield Buffer.from(rows(6_000, 'broken').join('\n'));
      throw new Error('the connection broke');
    };
    await expect(
      world.entries.import({ bankId: id, format: 'csv', atomic: false, list: broken() }, world.actor),
    ).rejects.toThrow('the connection broke');
    expect((await world.banks.bank(id)).entries.sha256).toBe(0);
    const first = importList(id, 'csv', rows(3_000, 'first').join('\n'));
    await expect(importList(id, 'csv', rows(1).join('\n'))).rejects.toMatchObject({ status: 409 });
    expect(await first).toMatchObject({ added: 3_000 });
    await expect(importList('none', 'csv', '')).rejects.toMatchObject({ status: 404 });
  });

  it('do not hold up decisions: the epoch can be read for a decision while a list comes in', async () => {
    const { id } = await create('custom');
    const epoch = await readEpoch(database);
    let seen: number | undefined;
    const slow = async function* () {
      yield Buffer.from(rows(6_000, 'slow').join('\n'));
      seen = await database.transaction(async (tx) => {
        await tx.query('SET LOCAL lock_timeout = 2000');
        const [row] = await tx.query<{ epoch: number }>('SELECT epoch FROM config_epoch WHERE id = 1 FOR SHARE');
        return row!.epoch;
      });
      yield Buffer.from('\n');
    };
    await world.entries.import({ bankId: id, format: 'csv', atomic: true, list: slow() }, world.actor);
    expect(seen).toBe(epoch);
    expect(await readEpoch(database)).toBe(epoch + 1);
  });
});
