import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuditVerification } from '#contracts/audit.ts';
import { systemClock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { createTestDatabase, openAsOwner, type TestDatabase } from '#test/support/database.ts';
import { type AuditEntryInput, chainEntries } from './audit.ts';
import { createCheckpointKey } from './audit-checkpoint.ts';
import { noEvidence, readCheckpoints } from './audit-checkpoint-file.ts';
import { startCheckpointing } from './audit-jobs.ts';
import { appendAudit } from './audit-store.ts';
import { verifyAudit } from './audit-verify.ts';

const key = createCheckpointKey('a secret key of this installation');

const entry = (number: number): AuditEntryInput => ({
  actor: { kind: 'console', id: `account-${number % 3}` },
  action: 'policy-published',
  subject: { kind: 'policy', id: `policy-${number}` },
  details: { version: number, share: 0.1, note: null, nested: { b: [1, 'ü'], a: true } },
});

let testDatabase: TestDatabase;
let database: Database;
let owner: Database;
let folder: string;
let checkpointPath: string;

const append = (from: number, count: number): Promise<void> =>
  database.transaction((tx) =>
    appendAudit(
      tx,
      Array.from({ length: count }, (_, index) => entry(from + index)),
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
  verifyAudit(database, await readCheckpoints(checkpointPath, key));

const checkpoint = async (): Promise<void> => {
  const checkpointing = await startCheckpointing({
    database,
    key,
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

describe('a log that nobody touched', () => {
  test('an empty log holds', async () => {
    expect(await verify()).toMatchObject({ valid: true, entries: 0, headSequence: 0, checkpoints: 0, fault: null });
  });

  test('appended singly, in batches and by many at once, it holds across read batches', async () => {
    await append(1, 1);
    await append(2, 64);
    await Promise.all(Array.from({ length: 20 }, (_, index) => append(100 + index * 10, 7)));
    await append(1_000, 2_000);
    const result = await verify();
    expect(result).toMatchObject({ valid: true, entries: 2_205, headSequence: 2_205, fault: null });
  });

  test('an entry whose transaction rolled back leaves no gap', async () => {
    await append(1, 2);
    const failing = database.transaction(async (tx) => {
      await appendAudit(tx, [entry(3)]);
      throw new Error('the write failed');
    });
    await expect(failing).rejects.toThrow('the write failed');
    await append(4, 1);
    expect(await verify()).toMatchObject({ valid: true, entries: 3 });
  });

  test('an entry that would not come back as it was hashed is refused', async () => {
    const lone = { ...entry(1), subject: { kind: 'policy', id: 'broken \ud800' } };
    await expect(database.transaction((tx) => appendAudit(tx, [lone]))).rejects.toThrow(TypeError);
    expect(await verify()).toMatchObject({ valid: true, entries: 0 });
  });
});

describe('tampering as the owner', () => {
  beforeEach(() => append(1, 10));

  test.each([
    ['details', `UPDATE audit_entries SET details = replace(details, '0.1', '0.10') WHERE sequence = 5`],
    ['actor', `UPDATE audit_entries SET actor_id = 'somebody-else' WHERE sequence = 5`],
    ['actor taken away', `UPDATE audit_entries SET actor_id = NULL WHERE sequence = 5`],
    ['action', `UPDATE audit_entries SET action = 'policy-rejected' WHERE sequence = 5`],
    ['subject', `UPDATE audit_entries SET subject_id = 'policy-7' WHERE sequence = 5`],
    ['time', `UPDATE audit_entries SET at = at - interval '1 millisecond' WHERE sequence = 5`],
    ['time without end', `UPDATE audit_entries SET at = 'infinity' WHERE sequence = 5`],
    ['hash', `UPDATE audit_entries SET hash = sha256('x') WHERE sequence = 5`],
    ['link', `UPDATE audit_entries SET previous_hash = sha256('x') WHERE sequence = 5`],
  ])('names an altered entry: %s', async (_what, statement) => {
    await tamper(statement);
    expect(await verify()).toMatchObject({ valid: false, entries: 4, fault: { kind: 'altered', sequence: 5 } });
  });

  test('names an altered entry whose own hash was computed anew', async () => {
    const [row] = await owner.query<{ at: Date; hash: string }>(
      `SELECT at, encode(previous_hash, 'hex') AS hash FROM audit_entries WHERE sequence = 5`,
    );
    const [forged] = chainEntries({ sequence: 4, hash: row!.hash }, [entry(77)], row!.at.getTime());
    await tamper(
      `UPDATE audit_entries SET actor_id = '${forged!.actorId}', subject_id = '${forged!.subjectId}', details = '${forged!.details}',
       hash = decode('${forged!.hash}', 'hex') WHERE sequence = 5`,
    );
    expect((await verify()).fault).toMatchObject({ kind: 'altered', sequence: 5 });
  });

  test('names the altered last entry', async () => {
    await tamper(`UPDATE audit_entries SET action = 'policy-rejected' WHERE sequence = 10`);
    expect((await verify()).fault).toMatchObject({ kind: 'altered', sequence: 10 });
  });

  test('names a removed entry', async () => {
    await tamper('DELETE FROM audit_entries WHERE sequence = 5');
    expect((await verify()).fault).toMatchObject({ kind: 'removed', sequence: 5 });
  });

  test('names a removed first entry', async () => {
    await tamper('DELETE FROM audit_entries WHERE sequence = 1');
    expect((await verify()).fault).toMatchObject({ kind: 'removed', sequence: 1 });
  });

  test('names a removed entry whose gap was closed', async () => {
    await tamper(
      'DELETE FROM audit_entries WHERE sequence IN (5, 6)',
      'UPDATE audit_entries SET sequence = sequence - 2 WHERE sequence > 6',
      'UPDATE audit_head SET sequence = 8',
    );
    expect((await verify()).fault).toMatchObject({ kind: 'removed', sequence: 5 });
  });

  const makeRoomAt5 = [
    'ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_pkey',
    'UPDATE audit_entries SET sequence = sequence + 1 WHERE sequence >= 5',
    'UPDATE audit_head SET sequence = sequence + 1',
  ];
  const forgedRow = (link: string, hash: string) =>
    `INSERT INTO audit_entries SELECT 5, at, actor_kind, actor_id, action, subject_kind, 'forged', details, ${link}, ${hash}
     FROM audit_entries WHERE sequence = 4`;

  test('names an inserted entry', async () => {
    await tamper(...makeRoomAt5, forgedRow('hash', `sha256('x')`));
    expect((await verify()).fault).toMatchObject({ kind: 'inserted', sequence: 5 });
  });

  test('names an inserted entry with a good hash of its own', async () => {
    const [row] = await owner.query<{ hash: string; at: Date }>(
      `SELECT encode(hash, 'hex') AS hash, at FROM audit_entries WHERE sequence = 4`,
    );
    const [forged] = chainEntries({ sequence: 4, hash: row!.hash }, [entry(77)], row!.at.getTime());
    await tamper(
      ...makeRoomAt5,
      `INSERT INTO audit_entries SELECT 5, at, '${forged!.actorKind}', '${forged!.actorId}', '${forged!.action}',
       '${forged!.subjectKind}', '${forged!.subjectId}', '${forged!.details}', hash, decode('${forged!.hash}', 'hex')
       FROM audit_entries WHERE sequence = 4`,
    );
    expect((await verify()).fault).toMatchObject({ kind: 'inserted', sequence: 5 });
  });

  test('names an entry that was inserted under a number already taken', async () => {
    await tamper(makeRoomAt5[0]!, forgedRow('hash', `sha256('x')`).replace('SELECT 5', 'SELECT 4'));
    expect((await verify()).fault).toMatchObject({ kind: 'inserted', sequence: 4 });
  });

  test('names an entry that was put behind the head', async () => {
    await tamper(forgedRow('hash', `sha256('x')`).replace('SELECT 5', 'SELECT 12'));
    expect((await verify()).fault).toMatchObject({ kind: 'removed', sequence: 11 });
    await tamper('UPDATE audit_entries SET sequence = 11 WHERE sequence = 12');
    expect((await verify()).valid).toBe(false);
  });

  test.each([
    [5, 6],
    [5, 9],
  ])('names reordered entries: %i and %i', async (one, other) => {
    await tamper(
      'ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_pkey',
      `UPDATE audit_entries SET sequence = ${one + other} - sequence WHERE sequence IN (${one}, ${other})`,
    );
    expect((await verify()).fault).toMatchObject({ kind: 'reordered', sequence: one });
  });

  test('names a tail that was cut', async () => {
    await tamper('DELETE FROM audit_entries WHERE sequence >= 8');
    expect((await verify()).fault).toMatchObject({ kind: 'truncated', sequence: 8 });
  });

  test('names a tail that was cut together with the head, from a signed checkpoint', async () => {
    await checkpoint();
    await tamper(
      'DELETE FROM audit_entries WHERE sequence >= 8',
      'UPDATE audit_head SET sequence = 7, hash = (SELECT hash FROM audit_entries WHERE sequence = 7)',
    );
    expect(await verifyAudit(database, noEvidence)).toMatchObject({ valid: true, entries: 7 });
    expect(await verify()).toMatchObject({ valid: false, checkpoints: 1, fault: { kind: 'truncated', sequence: 8 } });
  });

  test('names everything cut, from a signed checkpoint', async () => {
    await checkpoint();
    await tamper('TRUNCATE audit_entries', 'DELETE FROM audit_head');
    expect((await verify()).fault).toMatchObject({ kind: 'truncated', sequence: 1 });
  });

  test('names the stretch that was rewritten with new hashes to the end, from signed checkpoints', async () => {
    await checkpoint();
    await append(11, 10);
    await checkpoint();
    await tamper(`UPDATE audit_entries SET action = 'policy-rejected' WHERE sequence = 15`);
    await rehashFrom(15);
    expect(await verifyAudit(database, noEvidence)).toMatchObject({ valid: true });
    expect(await verify()).toMatchObject({ valid: false, fault: { kind: 'altered', sequence: 11 } });
  });
});

describe('checkpoints', () => {
  test('each look writes one only when the chain has moved, and they verify', async () => {
    await checkpoint();
    await append(1, 3);
    await checkpoint();
    await checkpoint();
    await append(4, 1);
    await checkpoint();
    const lines = (await readFile(checkpointPath, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).sequence)).toEqual([3, 4]);
    expect(await verify()).toMatchObject({ valid: true, checkpoints: 2 });
  });

  test('after the given number of entries or the given time, not before', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const checkpointing = await startCheckpointing({
      database,
      key,
      path: checkpointPath,
      log: silentLog,
      clock: { now: () => now },
      everyEntries: 5,
      everyMs: 60_000,
    });
    await append(1, 4);
    await checkpointing.look();
    expect((await readCheckpoints(checkpointPath, key)).checkpoints).toEqual([]);
    await append(5, 1);
    await checkpointing.look();
    await append(6, 1);
    await checkpointing.look();
    expect((await readCheckpoints(checkpointPath, key)).checkpoints.map(({ sequence }) => sequence)).toEqual([5]);
    now += 60_000;
    await checkpointing.look();
    expect((await readCheckpoints(checkpointPath, key)).checkpoints.map(({ sequence }) => sequence)).toEqual([5, 6]);
    await checkpointing.stop();
  });

  test('a forged checkpoint, one of another installation, and a line of rubbish are named', async () => {
    await append(1, 2);
    await checkpoint();
    const good = await readFile(checkpointPath, 'utf8');
    const other = createCheckpointKey('another secret key entirely');
    for (const line of [
      good.replace('"sequence":2', '"sequence":1'),
      JSON.stringify(other.sign({ sequence: 2, hash: '0'.repeat(64) }, new Date())),
      'rubbish',
    ]) {
      await writeFile(checkpointPath, `${good}${line.trim()}\n`);
      expect(await verify()).toMatchObject({ valid: false, checkpoints: 1, fault: { kind: 'altered' } });
    }
  });

  test('a line that a crash cut short is passed over, and the next one is written whole', async () => {
    await append(1, 2);
    await checkpoint();
    await append(3, 1);
    await checkpoint();
    const text = await readFile(checkpointPath, 'utf8');
    await truncate(checkpointPath, text.length - 40);
    await append(4, 1);
    await checkpoint();
    expect(await verify()).toMatchObject({ valid: true, checkpoints: 2 });
  });
});

/** A further entry made of the last of three, with the given number and link. */
const copyOfLast = (sequence: number, link: string): string =>
  `INSERT INTO audit_entries SELECT ${sequence}, e.at, e.actor_kind, e.actor_id, e.action, e.subject_kind, e.subject_id, e.details,
   ${link}, sha256('forged') FROM audit_entries AS e WHERE e.sequence = 3`;

describe('the application role', () => {
  beforeEach(() => append(1, 3));

  test.each([
    `UPDATE audit_entries SET action = 'x' WHERE sequence = 2`,
    'DELETE FROM audit_entries WHERE sequence = 2',
    'DELETE FROM audit_entries WHERE sequence = 3',
    'TRUNCATE audit_entries',
    'UPDATE audit_entries SET sequence = 5 - sequence WHERE sequence IN (2, 3)',
    `INSERT INTO audit_entries SELECT 2, at, actor_kind, actor_id, action, subject_kind, subject_id, details, hash, hash FROM audit_entries WHERE sequence = 1`,
    // Behind the end, with the right link and with a wrong one, and with the head moved but past a gap.
    copyOfLast(4, 'e.hash'),
    copyOfLast(4, 'e.previous_hash'),
    copyOfLast(9, 'e.hash'),
    `WITH added AS (${copyOfLast(5, 'e.hash')} RETURNING hash) UPDATE audit_head SET sequence = 5, hash = (SELECT hash FROM added)`,
    `WITH added AS (${copyOfLast(4, 'e.previous_hash')} RETURNING hash) UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM added)`,
    `WITH added AS (${copyOfLast(4, 'e.hash')} RETURNING hash) UPDATE audit_head SET sequence = 4, hash = sha256('x')`,
    'UPDATE audit_head SET sequence = 7',
    `UPDATE audit_head SET hash = sha256('x')`,
    'DELETE FROM audit_head',
    'TRUNCATE audit_head',
    'UPDATE audit_head SET sequence = 2',
    'ALTER TABLE audit_entries DISABLE TRIGGER USER',
    'DROP TRIGGER audit_entries_are_append_only ON audit_entries',
    'DROP TABLE audit_entries',
    `SET session_replication_role = 'replica'`,
  ])('cannot: %s', async (statement) => {
    await expect(database.query(statement)).rejects.toThrow();
    expect(await verify()).toMatchObject({ valid: true, entries: 3 });
  });

  test.each([
    `UPDATE audit_entries SET action = 'x' WHERE sequence = 2`,
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    'DELETE FROM audit_head',
    'UPDATE audit_head SET sequence = 2',
  ])('nor can the owner while the triggers stand: %s', async (statement) => {
    await expect(owner.query(statement)).rejects.toThrow(/refused/);
  });
});
