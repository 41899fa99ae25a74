import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '#contracts/decision.ts';
import type { Evidence, Signal } from '#contracts/signal.ts';
import { createHashBanksDetector } from '#detectors/layer1-hashes/banks/hash-banks-detector.ts';
import { readEpoch } from '#features/policies/index.ts';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { factsWith, signal } from '#test/support/engine.ts';
import { type BankWorld, createBankWorld, frameHashes, pictureFacts, sha256Of } from '#test/support/hash-banks.ts';
import { recordBankMatches } from './record-matches.ts';

let testDatabase: TestDatabase;
let database: Database;
let world: BankWorld;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
  world = createBankWorld(database);
});
afterAll(() => testDatabase.drop());

const match = (changes: Partial<Extract<Evidence, { kind: 'hash_match' }>>): Evidence => ({
  kind: 'hash_match',
  partId: 'photo',
  bank: 'the_csam',
  algorithm: 'sha256',
  distance: 0,
  behaviour: 'block',
  category: 'csam',
  label: 'a match',
  ...changes,
});
const hashSignal = (evidence: Evidence[], attributes: Signal['attributes']): Signal =>
  signal({ detector: 'hash-banks', layer: 1, partId: 'photo', evidence, attributes });

const decisionWith = (trace: Signal[], changes: Partial<Decision> = {}): Decision => ({
  outcome: 'remove',
  display: 'removed',
  actions: ['remove'],
  categories: ['csam'],
  notAssessed: [],
  labels: [],
  queue: null,
  confidence: 1,
  layer: 1,
  stopReason: 'final_effect',
  rationale: '',
  assessments: [],
  priority: 0,
  id: newId(),
  itemId: newId(),
  itemVersion: 1,
  sequence: 1,
  supersedes: null,
  policyId: 'default',
  policyVersion: 1,
  epoch: 1,
  facts: factsWith(),
  trace,
  decidedBy: { kind: 'machine' },
  note: null,
  latencyMs: 1,
  costUsd: 0,
  decidedAt: new Date().toISOString(),
  ...changes,
});
const record = (...decisions: Decision[]) =>
  database.transaction((tx) =>
    recordBankMatches(
      tx,
      decisions.map((decision) => ({ decision })),
    ),
  );
const sha256 = sha256Of('a file');

describe('B7 G7: what hash banks found', () => {
  it('is on record once, with a queued report and a withheld file for an exact CSAM match', async () => {
    const decision = decisionWith([hashSignal([match({})], { file_sha256: sha256, csam_banks: 'the_csam' })]);
    const first = await record(decision);
    expect(first.withheld).toEqual([{ sha256, reason: 'csam_exact' }]);
    expect(first.audit).toMatchObject([{ action: 'authority-report-queued', details: { itemId: decision.itemId } }]);
    // A continuation of the same version finds the same again.
    const again = await record({ ...decision, id: newId(), sequence: 2 });
    expect(again).toEqual({ withheld: first.withheld, audit: [] });
    expect((await world.banks.matches('the_csam', undefined, 10)).entries).toMatchObject([
      { itemId: decision.itemId, partId: 'photo', algorithm: 'sha256', distance: 0, behaviour: 'block' },
    ]);
    const reports = (await world.banks.reports(undefined, 10)).entries;
    expect(reports).toMatchObject([{ itemId: decision.itemId, bankId: 'the_csam', sha256, state: 'queued' }]);
  });

  it('withholds a likeness from all but the legal role, without a report', async () => {
    const near = sha256Of('near');
    const trace = [
      hashSignal([match({ algorithm: 'pdq', distance: 9, behaviour: 'hold' })], {
        file_sha256: near,
        csam_banks: 'the_csam',
      }),
    ];
    const before = (await world.banks.reports(undefined, 50)).entries.length;
    expect(await record(decisionWith(trace))).toEqual({
      withheld: [{ sha256: near, reason: 'csam_perceptual' }],
      audit: [],
    });
    expect((await world.banks.reports(undefined, 50)).entries).toHaveLength(before);
  });

  it('lets the exact match of a file count where another part or bank finds only a likeness', async () => {
    const attributes = { file_sha256: sha256, csam_banks: 'one,two' };
    const trace = [
      hashSignal([match({ bank: 'one', algorithm: 'pdq', distance: 3, behaviour: 'hold' })], {
        ...attributes,
        csam_banks: 'one',
      }),
      { ...hashSignal([match({ bank: 'two', partId: 'second' })], attributes), partId: 'second' },
    ];
    expect((await record(decisionWith(trace))).withheld).toEqual([{ sha256, reason: 'csam_exact' }]);
  });

  it('does nothing but note what a quarantined bank, or one of another kind, found', async () => {
    const trace = [hashSignal([match({ bank: 'quarantined', behaviour: 'none' })], { file_sha256: sha256 })];
    expect(await record(decisionWith(trace))).toEqual({ withheld: [], audit: [] });
    expect((await world.banks.matches('quarantined', undefined, 10)).entries).toMatchObject([{ behaviour: 'none' }]);
  });

  it('costs nothing without matches, and takes nothing from what a person decided', async () => {
    expect(await record(decisionWith([signal()]))).toEqual({ withheld: [], audit: [] });
    const trace = [hashSignal([match({ bank: 'unseen' })], { file_sha256: sha256, csam_banks: 'unseen' })];
    const byPerson = decisionWith(trace, { decidedBy: { kind: 'reviewer', accountId: newId() } });
    expect(await record(byPerson)).toEqual({ withheld: [], audit: [] });
    expect((await world.banks.matches('unseen', undefined, 10)).entries).toEqual([]);
  });

  it('counts for the bank, page by page, and stays when the bank goes', async () => {
    await world.banks.create(
      { id: 'counted', kind: 'ncii', name: 'Counted', description: '', mode: 'active', share: 1, maximumDistance: 31 },
      world.actor,
    );
    const decisions = Array.from({ length: 25 }, (_, index) =>
      decisionWith(
        [hashSignal([match({ bank: 'counted', behaviour: 'hold', category: 'ncii' })], { file_sha256: sha256 })],
        {
          decidedAt: new Date(Date.now() - index * 3_600_000 * 2).toISOString(),
        },
      ),
    );
    await Promise.all([record(...decisions.slice(0, 10)), record(...decisions.slice(10))]);
    const { matches } = await world.banks.bank('counted');
    expect(matches).toEqual({ total: 25, last24Hours: 12, lastAt: decisions[0]!.decidedAt });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.banks.matches('counted', cursor, 7);
      seen.push(...page.entries.map(({ itemId }) => itemId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(decisions.map(({ itemId }) => itemId));
    await expect(world.banks.matches('counted', 'nonsense', 7)).rejects.toMatchObject({ status: 422 });
    await world.banks.remove('counted', world.actor);
    expect((await world.banks.matches('counted', undefined, 50)).entries).toHaveLength(25);
  });

  it('cannot be changed or removed by the application', async () => {
    for (const statement of [
      'DELETE FROM hash_bank_matches',
      'UPDATE hash_bank_matches SET distance = 1',
      'DELETE FROM authority_reports',
    ])
      await expect(database.query(statement)).rejects.toThrow(/permission denied/);
  });

  it('understands what the detector says, from the bank to the report', async () => {
    await world.banks.create(
      { id: 'real', kind: 'csam', name: 'Real', description: '', mode: 'active', share: 1, maximumDistance: 31 },
      world.actor,
    );
    const facts = pictureFacts('the very file', [frameHashes(0, 'ab'.repeat(32))]);
    await world.entries.add('real', { hashes: [{ algorithm: 'md5', hash: facts.md5 }] }, world.actor);
    const part = { id: 'photo', kind: 'image' as const, url: 'https://example.test/p.jpg' };
    const context = {
      item: { account: { id: 'a' }, surface: 'upload', parts: [part] },
      account: { id: 'a', tier: 'new' as const },
      counters: {},
      reposts: {},
      files: new Map([['photo', { status: 'ok' as const, mediaId: newId(), facts }]]),
      signals: [],
      now: 0,
    };
    const detector = createHashBanksDetector(world.memory, await readEpoch(database));
    const [found] = await detector.detect([{ part, context }], new AbortController().signal);
    const decision = decisionWith([found!]);
    expect((await record(decision)).withheld).toEqual([{ sha256: facts.sha256, reason: 'csam_exact' }]);
    expect((await world.banks.reports(undefined, 1)).entries).toMatchObject([
      { itemId: decision.itemId, bankId: 'real' },
    ]);
  });
});
