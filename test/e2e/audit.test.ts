import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry, AuditVerification } from '#contracts/audit.ts';
import { decisionDigest } from '#features/decisions/decision.ts';
import type { Database } from '#platform/database/database.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { openAsOwner } from '#test/support/database.ts';
import { detailOf } from './support/items.ts';
import { publishPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const secret = 'a sentence that must not be in the log';
let app: TestApplication;
let platform: Client & { keyId: string };
let lead: Client & { accountId: string };
let owner: Database;

beforeAll(async () => {
  app = await startTestApplication({ models: createScriptedModel().models });
  platform = await app.keyClient();
  lead = await app.personClient('lead');
  owner = openAsOwner(app.database);
}, 60_000);
afterAll(async () => {
  await owner.close();
  await app.stop();
});

const entries = async (query = ''): Promise<AuditEntry[]> =>
  (await lead.request<{ entries: AuditEntry[] }>(`/v1/audit?limit=200${query}`)).body.entries;
const verify = async (): Promise<AuditVerification> =>
  (await lead.request<AuditVerification>('/v1/audit/verify', { method: 'POST' })).body;

describe('E7: what goes on record', () => {
  it('every decision, with the digest of the whole record, in one unbroken chain', async () => {
    const { itemId, decision } = await submit(platform, comment(secret, { deadlineMs: 20_000 }));
    const [entry] = await entries(`&subjectId=${itemId}`);
    const [stored] = (await detailOf(platform, itemId)).decisions;
    expect(entry).toMatchObject({
      action: 'decision-recorded',
      actor: { kind: 'api_key', id: platform.keyId },
      details: { decisionId: decision.id, outcome: decision.outcome, digest: decisionDigest(stored!) },
    });
    const chain = (await entries()).reverse();
    expect(chain.map(({ sequence }) => sequence)).toEqual(chain.map((_, index) => index + 1));
    for (const [index, link] of chain.entries()) if (index > 0) expect(link.previousHash).toBe(chain[index - 1]!.hash);
  });

  it('publishing, lists, keys, accounts, deletions', async () => {
    const admin = await app.personClient('admin');
    const maker = await app.personClient('policy');
    await publishPolicy(maker, () => {});
    const list = { id: 'own', name: 'Own', kind: 'block', terms: [], patterns: [] };
    await maker.request('/v1/term-lists/own', { method: 'PUT', body: { list, revision: 0 } });
    const { body: key } = await admin.request<{ id: string }>('/v1/api-keys', {
      body: { name: 'One', scopes: ['items:read'] },
    });
    await admin.request(`/v1/api-keys/${key.id}`, { method: 'DELETE' });
    const { itemId } = await submit(platform, comment('To be deleted', { deadlineMs: 20_000 }));
    await platform.request(`/v1/items/${itemId}`, { method: 'DELETE' });
    const actions = new Set((await entries()).map(({ action }) => action));
    for (const action of [
      'policy-published',
      'term-list-saved',
      'api-key-created',
      'api-key-revoked',
      'console-account-created',
      'item-deleted',
    ])
      expect([...actions], action).toContain(action);
  });

  it('holds neither content nor personal data', async () => {
    await submit(
      platform,
      comment(secret, {
        title: secret,
        account: { id: 'the-persons-own-id', displayName: 'A Person' },
        deadlineMs: 20_000,
      }),
    );
    const log = JSON.stringify(await entries());
    for (const private_ of [secret, 'the-persons-own-id', 'A Person', '@example.test', 'a long password'])
      expect(log).not.toContain(private_);
  });

  it('is filtered and paged', async () => {
    const [newest, ...older] = await entries('&action=decision-recorded');
    const page = await lead.request<{ entries: AuditEntry[]; nextCursor: string }>(
      '/v1/audit?action=decision-recorded&limit=1',
    );
    expect(page.body.entries).toEqual([newest]);
    const second = await lead.request<{ entries: AuditEntry[] }>(
      `/v1/audit?action=decision-recorded&limit=1&cursor=${page.body.nextCursor}`,
    );
    expect(second.body.entries).toEqual([older[0]]);
  });
});

describe('E7: the application itself cannot change it', () => {
  it.each([
    "UPDATE audit_entries SET action = 'x'",
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    'DELETE FROM audit_head',
    'DROP TABLE audit_entries',
    'ALTER TABLE audit_entries DISABLE TRIGGER ALL',
  ])('%s', async (sql) => {
    await expect(app.application.database.query(sql)).rejects.toThrow(/permission denied|must be owner|append-only/);
  });
});

describe('E7: tampering behind its back is named with its place', () => {
  let places: number;
  beforeAll(async () => {
    for (let n = 0; n < 6; n += 1) await submit(platform, comment(`Entry ${n} of the log`, { deadlineMs: 20_000 }));
    await owner.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await owner.query('CREATE TABLE kept AS SELECT * FROM audit_entries');
    places = (await verify()).entries;
  });
  beforeEach(async () => {
    await owner.query('DELETE FROM audit_entries');
    await owner.query('INSERT INTO audit_entries SELECT * FROM kept');
  });

  it('an untouched log is valid', async () => {
    expect(await verify()).toMatchObject({ valid: true, fault: null, entries: places, headSequence: places });
  });

  it.each([
    [
      'altered',
      "UPDATE audit_entries SET details = replace(details, 'approve', 'remove') WHERE sequence = 12 OR sequence = (SELECT max(sequence) FROM audit_entries) - 2",
      'altered',
    ],
    ['removed', 'DELETE FROM audit_entries WHERE sequence = 5', 'removed'],
    [
      'cut off',
      'DELETE FROM audit_entries WHERE sequence > (SELECT max(sequence) - 2 FROM audit_entries)',
      'truncated',
    ],
    [
      'put in',
      `UPDATE audit_entries SET sequence = sequence + 100000 WHERE sequence >= 5;
       INSERT INTO audit_entries SELECT 5, at, actor_kind, actor_id, action, subject_kind, subject_id, details, previous_hash, hash
         FROM audit_entries WHERE sequence = 100005;
       UPDATE audit_entries SET sequence = sequence - 99999 WHERE sequence >= 100005`,
      'inserted',
    ],
    [
      'swapped',
      `UPDATE audit_entries SET sequence = 100000 WHERE sequence = 5;
       UPDATE audit_entries SET sequence = 5 WHERE sequence = 6;
       UPDATE audit_entries SET sequence = 6 WHERE sequence = 100000`,
      'reordered',
    ],
  ])('%s', async (_what, sql, kind) => {
    await owner.query(sql);
    const verification = await verify();
    expect(verification.valid).toBe(false);
    expect(verification.fault).toMatchObject({ kind, explanation: expect.stringMatching(/\d/) });
    if (kind === 'removed' || kind === 'reordered') expect(verification.fault?.sequence).toBe(5);
  });
});
