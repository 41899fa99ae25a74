import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TermList } from '#contracts/lists.ts';
import type { PolicyDocument } from '#contracts/policy.ts';
import { noEvidence, verifyAudit } from '#features/audit/index.ts';
import type { Database } from '#platform/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { bumpEpoch, holdEpoch, readEpoch } from './epoch-store.ts';
import { ListService } from './list-service.ts';
import { parsePolicyDocument } from './load-policy.ts';
import { PolicyService } from './policy-service.ts';
import type { Publisher } from './policy-store.ts';
import { seedPolicies } from './seed-policies.ts';

const parsed = parsePolicyDocument(readFileSync(new URL('../../../policies/default.yaml', import.meta.url), 'utf8'));
if ('errors' in parsed) throw new Error('the default policy is not valid');
const { document } = parsed;

const termList = (id: string, terms: readonly string[], changes: Partial<TermList> = {}): TermList => ({
  id,
  name: `List ${id}`,
  kind: 'block',
  enabled: true,
  terms: terms.map((term, index) => ({ id: `t${index}`, term, category: 'spam', severity: 2, mode: 'word' })),
  patterns: [],
  ...changes,
});
const seeds = { defaultDocument: document, termLists: [termList('default-spam', ['free money'])] };
const publisher: Publisher = { actor: { kind: 'console', id: 'account-1' }, name: 'Policy person' };
const { actor } = publisher;

const withReview = (base: PolicyDocument, review: number): PolicyDocument => ({
  ...base,
  categories: { ...base.categories, spam: { ...base.categories.spam!, review } },
});

let testDatabase: TestDatabase;
let database: Database;
const newService = () => new PolicyService({ database });
const epochNow = () => readEpoch(database);
const auditActions = async () =>
  (await database.query<{ action: string }>('SELECT action FROM audit_entries ORDER BY sequence')).map(
    ({ action }) => action,
  );

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
});
afterAll(() => testDatabase.drop());

describe('policies', () => {
  it('says what to do while nothing is published', async () => {
    await expect(newService().current()).rejects.toThrow(/Start Tidegate once/);
  });

  it('are seeded once, whoever starts at the same time', async () => {
    const changed = await Promise.all(Array.from({ length: 4 }, () => seedPolicies(database, seeds)));
    expect(changed.filter(Boolean)).toHaveLength(1);
    expect(await seedPolicies(database, seeds)).toBe(false);
    expect(await epochNow()).toBe(1);
    expect(await auditActions()).toEqual(['policy-published', 'term-list-saved']);
    const { epoch, policy, termLists } = await newService().current();
    expect({ epoch, policy }).toEqual({ epoch: 1, policy: { ...document, id: 'default', version: 1 } });
    expect(Object.keys(policy.categories)).toEqual(Object.keys(document.categories));
    expect(termLists).toEqual(seeds.termLists);
  });

  it('publishes the next version with its epoch and audit entry', async () => {
    const policies = newService();
    const before = await policies.current();
    const published = await policies.publish(
      { document: withReview(document, 0.5), note: 'Less spam', basedOn: 1 },
      publisher,
    );
    expect(published).toMatchObject({ version: 2, active: true, publishedBy: 'Policy person', note: 'Less spam' });
    const after = await policies.current();
    expect(after.epoch).toBe(before.epoch + 1);
    expect(after.policy.categories.spam?.review).toBe(0.5);
    // What did not change is the same object, so that its automaton need not be built again.
    expect(after.termLists[0]).toBe(before.termLists[0]);
    const [entry] = await database.query<{ details: string; actor_id: string }>(
      'SELECT details, actor_id FROM audit_entries ORDER BY sequence DESC LIMIT 1',
    );
    expect(entry).toMatchObject({ actor_id: 'account-1' });
    expect(JSON.parse(entry!.details)).toMatchObject({ version: 2, basedOn: 1, epoch: after.epoch });
    expect(entry!.details).not.toContain('Less spam');
  });

  it('two at once: one wins, the other is told', async () => {
    const epoch = await epochNow();
    const [first, second] = [newService(), newService()];
    const results = await Promise.allSettled([
      first.publish({ document: withReview(document, 0.41), note: 'one', basedOn: 2 }, publisher),
      second.publish({ document: withReview(document, 0.42), note: 'two', basedOn: 2 }, publisher),
    ]);
    const [lost] = results.filter((result) => result.status === 'rejected');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(lost?.reason).toMatchObject({
      status: 409,
      errors: [{ path: 'basedOn', message: 'the active version is 3' }],
    });
    expect(await epochNow()).toBe(epoch + 1);
    expect((await first.latest()).policy.version).toBe(3);
  });

  it('refuses an invalid one with path, reason and line, and changes nothing', async () => {
    const policies = newService();
    const epoch = await epochNow();
    const text = (await policies.export()).text.replace(/remove: 0.92/, 'remove: 9.2');
    const line = text.slice(0, text.indexOf('remove: 9.2')).split('\n').length;
    await expect(policies.publish({ document: text, note: '', basedOn: 3 }, publisher)).rejects.toMatchObject({
      status: 422,
      errors: [{ path: 'categories.hate_speech.remove', message: expect.stringContaining(`line ${line}`) as string }],
    });
    expect(await epochNow()).toBe(epoch);
  });

  it('exports what it imports again', async () => {
    const policies = newService();
    const { text } = await policies.export(2);
    const published = await policies.publish({ document: text, note: 'imported', basedOn: 3 }, publisher);
    expect(published.document).toEqual((await policies.version(2)).document);
  });

  it('goes back to an older version by publishing it again', async () => {
    const policies = newService();
    const back = await policies.rollback(1, 4, publisher);
    expect(back).toMatchObject({ version: 5, note: 'Back to version 1', document });
    expect((await policies.versions(null, 10)).map(({ version, active }) => [version, active])).toEqual([
      [5, true],
      [4, false],
      [3, false],
      [2, false],
      [1, false],
    ]);
    expect(await policies.policyOf(2)).toMatchObject({ id: 'default', version: 2 });
    await expect(policies.version(99)).rejects.toMatchObject({ status: 404 });
  });

  it('counts in another process at once, with and without the notification', async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./second-process.fixture.ts', import.meta.url)), testDatabase.appUrl],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const nextLine = async () => String((await lines.next()).value);
    const epoch = await epochNow();
    expect(await nextLine()).toBe(`${epoch} 5`);

    const elsewhere = newService();
    await elsewhere.current();
    const policies = newService();
    await policies.publish({ document: withReview(document, 0.6), note: '', basedOn: 5 }, publisher);
    expect(await nextLine()).toBe(`${epoch + 1} 6`);
    // A process that has heard nothing sees the epoch in its decision's transaction and loads.
    expect((await elsewhere.current()).epoch).toBe(epoch);
    const seen = await database.transaction((tx) => readEpoch(tx));
    expect((await elsewhere.refresh(seen)).policy.version).toBe(6);

    const exited = once(child, 'exit');
    child.stdin.end();
    await exited;
  });

  it('undoes everything of a publish that fails before its commit', async () => {
    const epoch = await epochNow();
    const failing = database.transaction(async (tx) => {
      await bumpEpoch(tx);
      throw new Error('power cut');
    });
    await expect(failing).rejects.toThrow('power cut');
    expect(await epochNow()).toBe(epoch);
  });

  it('cannot be rewritten or set back by the application', async () => {
    await expect(database.query('UPDATE policy_versions SET note = $1', ['x'])).rejects.toMatchObject({
      code: '42501',
    });
    await expect(database.query('DELETE FROM policy_versions')).rejects.toMatchObject({ code: '42501' });
    await expect(database.query('UPDATE config_epoch SET epoch = 0')).rejects.toMatchObject({ code: '23514' });
  });
});

describe('lists', () => {
  const newLists = () => {
    const policies = newService();
    return { policies, lists: new ListService({ database, policies }) };
  };

  it('are made, replaced under their revision, and removed', async () => {
    const { policies, lists } = newLists();
    const made = await lists.saveTermList(termList('own', ['cheap coins']), 0, actor);
    expect(made).toMatchObject({ origin: 'own', revision: 1 });
    const changed = await lists.saveTermList(termList('own', ['cheap coins', 'gold']), 1, actor);
    expect(changed).toMatchObject({ revision: 2 });
    expect((await policies.current()).termLists.map(({ id }) => id)).toEqual(['default-spam', 'own']);
    expect(await lists.termLists()).toContainEqual(
      expect.objectContaining({ id: 'own', terms: 2, patterns: 0, origin: 'own', locale: null }),
    );
    await expect(lists.saveTermList(termList('own', []), 1, actor)).rejects.toMatchObject({ status: 409 });
    await expect(lists.saveTermList(termList('own', []), 0, actor)).rejects.toMatchObject({ status: 409 });
    await expect(lists.saveTermList(termList('nowhere', []), 3, actor)).rejects.toMatchObject({ status: 404 });
    await lists.removeTermList('own', actor);
    await expect(lists.termList('own')).rejects.toMatchObject({ status: 404 });
    expect((await policies.current()).termLists.map(({ id }) => id)).toEqual(['default-spam']);
    expect((await auditActions()).slice(-3)).toEqual(['term-list-saved', 'term-list-saved', 'term-list-removed']);
  });

  it('are saved by one of two who save at once', async () => {
    const { lists } = newLists();
    await lists.saveTermList(termList('raced', ['a thing']), 0, actor);
    const results = await Promise.allSettled([
      lists.saveTermList(termList('raced', ['one thing']), 1, actor),
      lists.saveTermList(termList('raced', ['other thing']), 1, actor),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await lists.termList('raced')).toMatchObject({ revision: 2 });
    await lists.removeTermList('raced', actor);
  });

  it('are refused with list, entry and reason', async () => {
    const { lists } = newLists();
    const epoch = await epochNow();
    const list = termList('faulty', ['fine', '!!!'], {
      patterns: [
        { id: 'look', source: '(?=a)b', category: 'spam', severity: 1 },
        { id: 'huge', source: '(x{40}){20}', category: 'spam', severity: 1 },
        { id: 'nothing', source: 'a*', category: 'spam', severity: 1 },
        { id: 'look', source: 'ok', category: 'gossip', severity: 1 },
      ],
    });
    const refused = lists.saveTermList(list, 0, actor);
    await expect(refused).rejects.toMatchObject({ status: 422, message: expect.stringContaining('faulty') as string });
    await expect(refused).rejects.toMatchObject({
      errors: expect.arrayContaining([
        { path: 'list.patterns[0].source', message: expect.stringMatching(/`look`.*look-around/) as string },
        { path: 'list.patterns[1].source', message: expect.stringMatching(/`huge`.*instructions/) as string },
        { path: 'list.patterns[2].source', message: expect.stringMatching(/`nothing`.*empty/) as string },
        { path: 'list.patterns[3].id', message: expect.stringMatching(/twice/) as string },
        { path: 'list.patterns[3].category', message: expect.stringMatching(/gossip/) as string },
      ]) as unknown,
    });
    expect(await epochNow()).toBe(epoch);
  });

  it('that came with the product follow it until somebody edits them, and cannot be removed', async () => {
    const { policies, lists } = newLists();
    const newer = {
      ...seeds,
      termLists: [termList('default-spam', ['free money', 'easy money']), termList('default-new', ['x y z'])],
    };
    expect(await seedPolicies(database, newer)).toBe(true);
    expect((await policies.latest()).termLists.map(({ id, terms }) => [id, terms.length])).toEqual([
      ['default-new', 1],
      ['default-spam', 2],
    ]);
    await lists.saveTermList(termList('default-spam', ['free money'], { enabled: false }), 1, actor);
    expect(await seedPolicies(database, newer)).toBe(false);
    expect((await policies.latest()).termLists.map(({ id }) => id)).toEqual(['default-new']);
    await expect(lists.removeTermList('default-spam', actor)).rejects.toMatchObject({ status: 409 });
  });

  it('of domains are kept in one form', async () => {
    const { policies, lists } = newLists();
    const base = { id: 'shady', name: 'Shady', kind: 'block', enabled: true, category: 'spam' } as const;
    const saved = await lists.saveDomainList(
      { ...base, domains: ['*.Example.com', 'example.com.', 'bücher.example', 'a.b.example'] },
      0,
      actor,
    );
    expect(saved.list.domains).toEqual(['example.com', 'xn--bcher-kva.example', 'a.b.example']);
    expect((await policies.current()).domainLists).toEqual([saved.list]);
    await expect(
      lists.saveDomainList(
        { ...base, domains: ['ok.example', 'https://x.example/path', 'no spaces.example', 'localhost'] },
        1,
        actor,
      ),
    ).rejects.toMatchObject({
      status: 422,
      errors: [{ path: 'list.domains[1]' }, { path: 'list.domains[2]' }, { path: 'list.domains[3]' }],
    });
    await lists.removeDomainList('shady', actor);
    expect((await policies.current()).domainLists).toEqual([]);
  });

  it('leave an audit chain that verifies', async () => {
    expect(await verifyAudit(database, noEvidence)).toMatchObject({ valid: true, fault: null });
  });
});

describe('the epoch', () => {
  it('stays while a decision made under it is being committed, for any number of them', async () => {
    const order: string[] = [];
    let moved: Promise<unknown> = Promise.resolve();
    await database.transaction(async (tx) => {
      const held = await holdEpoch(tx);
      moved = database.transaction((other) => bumpEpoch(other)).then(() => order.push('published'));
      // Another process's decision, which need not wait for this one.
      expect(await database.transaction((other) => readEpoch(other))).toBe(held);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await readEpoch(tx)).toBe(held);
      order.push('decided');
    });
    await moved;
    expect(order).toEqual(['decided', 'published']);
  });
});
