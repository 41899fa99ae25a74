import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { AuditVerification } from '#contracts/audit.ts';
import { type AuditEntryInput, chainEntries } from '#features/audit/audit.ts';
import { createCheckpointKey } from '#features/audit/audit-checkpoint.ts';
import { readCheckpoints } from '#features/audit/audit-checkpoint-file.ts';
import { startCheckpointing } from '#features/audit/audit-jobs.ts';
import { appendAudit } from '#features/audit/audit-store.ts';
import { verifyAudit } from '#features/audit/audit-verify.ts';
import { systemClock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { createTestDatabase, openAsOwner, type TestDatabase } from './database.ts';

export const checkpointKey = createCheckpointKey('a secret key of this installation');

export const auditEntry = (number: number): AuditEntryInput => ({
  actor: { kind: 'console', id: `account-${number % 3}` },
  action: 'policy-published',
  subject: { kind: 'policy', id: `policy-${number}` },
  details: { version: number, share: 0.1, note: null, nested: { b: [1, 'ü'], a: true } },
});

/** An audit log in a database of the test file's own, emptied before each test, with what an intruder could do to it. */
export const emptyAuditLog = () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let owner: Database;
  let folder: string;
  let checkpointPath: string;

  const append = (from: number, count: number): Promise<void> =>
    database.transaction((tx) =>
      appendAudit(
        tx,
        Array.from({ length: count }, (_, index) => auditEntry(from + index)),
      ),
    );

  /** As the owner, with the triggers out of the way: what an intruder with the owner's password can do. */
  const tamper = (...statements: readonly string[]): Promise<void> =>
    owner.transaction(async (tx) => {
      await tx.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
      await tx.query('ALTER TABLE audit_head DISABLE TRIGGER USER');
      for (const statement of statements) await tx.query(statement);
      await tx.query('ALTER TABLE audit_entries ENABLE TRIGGER USER');
      await tx.query('ALTER TABLE audit_head ENABLE TRIGGER USER');
    });

  const verify = async (): Promise<AuditVerification> =>
    verifyAudit(database, await readCheckpoints(checkpointPath, checkpointKey));

  const checkpoint = async (): Promise<void> => {
    const checkpointing = await startCheckpointing({
      database,
      key: checkpointKey,
      path: checkpointPath,
      log: silentLog,
      clock: systemClock,
    });
    await checkpointing.stop();
  };

  /** Computes every hash from `from` on anew, as an intruder would who knows the format. */
  const rehashFrom = (from: number): Promise<void> =>
    owner.transaction(async (tx) => {
      await tx.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
      await tx.query('ALTER TABLE audit_head DISABLE TRIGGER USER');
      const [before] = await tx.query<{ hash: string }>(
        `SELECT encode(hash, 'hex') AS hash FROM audit_entries WHERE sequence = $1`,
        [from - 1],
      );
      const rows = await tx.query<{
        sequence: number;
        at: Date;
        actor_kind: 'console';
        actor_id: string;
        action: string;
        subject_kind: string;
        subject_id: string;
        details: string;
      }>('SELECT * FROM audit_entries WHERE sequence >= $1 ORDER BY sequence', [from]);
      let head = { sequence: from - 1, hash: before!.hash };
      for (const row of rows) {
        const input: AuditEntryInput = {
          actor: { kind: row.actor_kind, id: row.actor_id },
          action: row.action,
          subject: { kind: row.subject_kind, id: row.subject_id },
          details: JSON.parse(row.details),
        };
        const [chained] = chainEntries(head, [input], row.at.getTime());
        await tx.query(
          `UPDATE audit_entries SET previous_hash = decode($2, 'hex'), hash = decode($3, 'hex') WHERE sequence = $1`,
          [row.sequence, chained!.previousHash, chained!.hash],
        );
        head = chained!;
      }
      await tx.query(`UPDATE audit_head SET sequence = $1, hash = decode($2, 'hex')`, [head.sequence, head.hash]);
      await tx.query('ALTER TABLE audit_entries ENABLE TRIGGER USER');
      await tx.query('ALTER TABLE audit_head ENABLE TRIGGER USER');
    });

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = testDatabase.database;
    owner = openAsOwner(testDatabase);
  });

  afterAll(async () => {
    await owner.close();
    await testDatabase.drop();
  });

  beforeEach(async () => {
    await tamper(
      'ALTER TABLE audit_entries DROP CONSTRAINT IF EXISTS audit_entries_pkey',
      'TRUNCATE audit_entries',
      'ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (sequence)',
      'DELETE FROM audit_head',
    );
    folder = await mkdtemp(join(tmpdir(), 'tidegate-audit-'));
    checkpointPath = join(folder, 'audit', 'checkpoints.jsonl');
  });

  afterEach(() => rm(folder, { recursive: true }));

  return {
    append,
    tamper,
    verify,
    checkpoint,
    rehashFrom,
    get database(): Database {
      return database;
    },
    get owner(): Database {
      return owner;
    },
    get checkpointPath(): string {
      return checkpointPath;
    },
  };
};
