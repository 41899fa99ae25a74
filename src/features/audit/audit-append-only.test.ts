import { beforeEach, describe, expect, test } from 'vitest';
import { emptyAuditLog } from '#test/support/audit-log.ts';

const log = emptyAuditLog();
const { append, verify } = log;

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
    await expect(log.database.query(statement)).rejects.toThrow();
    expect(await verify()).toMatchObject({ valid: true, entries: 3 });
  });

  test.each([
    `UPDATE audit_entries SET action = 'x' WHERE sequence = 2`,
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    'DELETE FROM audit_head',
    'UPDATE audit_head SET sequence = 2',
  ])('nor can the owner while the triggers stand: %s', async (statement) => {
    await expect(log.owner.query(statement)).rejects.toThrow(/refused/);
  });
});
