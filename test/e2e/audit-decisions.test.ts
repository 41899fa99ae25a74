import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditVerification } from '#contracts/audit.ts';
import type { Database } from '#platform/database/database.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { openAsOwner } from '#test/support/database.ts';

const texts = JSON.parse(readFileSync(new URL('../fixtures/texts.json', import.meta.url), 'utf8')) as Record<
  'benign' | 'hateful' | 'ambiguous',
  string
>;

let app: TestApplication;
let owner: Database;
let lead: Client;
let decisionId: string;

beforeAll(async () => {
  app = await startTestApplication();
  owner = openAsOwner(app.database);
  lead = await app.personClient('lead');
  const platform = await app.keyClient();
  for (const text of [texts.benign, texts.hateful, texts.ambiguous]) {
    decisionId = (await submit(platform, comment(text, { title: 'A title', deadlineMs: 20_000 }))).decision.id;
  }
}, 60_000);
afterAll(async () => {
  await owner.close();
  await app.stop();
});

const verify = async (): Promise<AuditVerification> =>
  (await lead.request<AuditVerification>('/v1/audit/verify', { method: 'POST' })).body;

/** What verification says while something is changed in the way of somebody who may write to the tables, past the application. */
const whileTampered = async (change: string, undo: string): Promise<AuditVerification> => {
  await owner.query(change);
  try {
    return await verify();
  } finally {
    await owner.query(undo);
  }
};

describe('E7: decisions that were tampered with', () => {
  it('hold as long as nobody touches them', async () => {
    expect(await verify()).toMatchObject({ valid: true, fault: null });
  });

  it('cannot be touched by the application itself', async () => {
    const { database } = app.application;
    await expect(database.query(`UPDATE decisions SET outcome = 'approve'`)).rejects.toMatchObject({ code: '42501' });
    await expect(database.query('DELETE FROM decisions')).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    ['the outcome', `outcome = 'approve'`, 'outcome = kept.outcome'],
    ['the trace', `trace = '[]'`, 'trace = kept.trace'],
    ['the record', `record = jsonb_set(record, '{note}', '"as I like it"')`, 'record = kept.record'],
  ])('shows where %s was altered', async (_what, change, undo) => {
    await owner.query('CREATE TABLE kept AS SELECT * FROM decisions');
    const { valid, fault } = await whileTampered(
      `UPDATE decisions SET ${change} WHERE id = '${decisionId}'`,
      `UPDATE decisions SET ${undo} FROM kept WHERE decisions.id = kept.id`,
    );
    await owner.query('DROP TABLE kept');
    expect(valid).toBe(false);
    expect(fault).toMatchObject({ kind: 'altered', explanation: expect.stringContaining(decisionId) });
    expect((await verify()).valid).toBe(true);
  });

  it('shows which one is gone', async () => {
    await owner.query('CREATE TABLE kept AS SELECT * FROM decisions');
    const { fault } = await whileTampered(
      `DELETE FROM decisions WHERE id = '${decisionId}'`,
      `INSERT INTO decisions SELECT * FROM kept WHERE id = '${decisionId}'`,
    );
    await owner.query('DROP TABLE kept');
    expect(fault).toMatchObject({ kind: 'removed', explanation: expect.stringContaining(decisionId) });
  });

  it('shows that there is one which was never recorded', async () => {
    const forged = '00000000-0000-4000-8000-000000000000';
    const columns = 'item_id, item_version, outcome, decided_by, policy_version, epoch, record, trace, decided_at';
    const { fault } = await whileTampered(
      `INSERT INTO decisions (id, sequence, ${columns}) SELECT '${forged}', 99, ${columns} FROM decisions WHERE id = '${decisionId}'`,
      `DELETE FROM decisions WHERE id = '${forged}'`,
    );
    expect(fault?.kind).toBe('inserted');
  });
});
