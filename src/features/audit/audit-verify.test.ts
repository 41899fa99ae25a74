import { beforeEach, describe, expect, test } from 'vitest';
import { auditEntry, emptyAuditLog } from '#test/support/audit-log.ts';
import { chainEntries } from './audit.ts';
import { noEvidence } from './audit-checkpoint-file.ts';
import { appendAudit } from './audit-store.ts';
import { verifyAudit } from './audit-verify.ts';

const log = emptyAuditLog();
const { append, tamper, verify, checkpoint, rehashFrom } = log;

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
    const failing = log.database.transaction(async (tx) => {
      await appendAudit(tx, [auditEntry(3)]);
      throw new Error('the write failed');
    });
    await expect(failing).rejects.toThrow('the write failed');
    await append(4, 1);
    expect(await verify()).toMatchObject({ valid: true, entries: 3 });
  });

  test('an entry that would not come back as it was hashed is refused', async () => {
    const lone = { ...auditEntry(1), subject: { kind: 'policy', id: 'broken \ud800' } };
    await expect(log.database.transaction((tx) => appendAudit(tx, [lone]))).rejects.toThrow(TypeError);
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
    const [row] = await log.owner.query<{ at: Date; hash: string }>(
      `SELECT at, encode(previous_hash, 'hex') AS hash FROM audit_entries WHERE sequence = 5`,
    );
    const [forged] = chainEntries({ sequence: 4, hash: row!.hash }, [auditEntry(77)], row!.at.getTime());
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
    const [row] = await log.owner.query<{ hash: string; at: Date }>(
      `SELECT encode(hash, 'hex') AS hash, at FROM audit_entries WHERE sequence = 4`,
    );
    const [forged] = chainEntries({ sequence: 4, hash: row!.hash }, [auditEntry(77)], row!.at.getTime());
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
    expect(await verifyAudit(log.database, noEvidence)).toMatchObject({ valid: true, entries: 7 });
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
    expect(await verifyAudit(log.database, noEvidence)).toMatchObject({ valid: true });
    expect(await verify()).toMatchObject({ valid: false, fault: { kind: 'altered', sequence: 11 } });
  });
});
