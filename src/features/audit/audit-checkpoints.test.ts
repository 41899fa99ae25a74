import { readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { silentLog } from '#platform/telemetry/log.ts';
import { checkpointKey, emptyAuditLog } from '#test/support/audit-log.ts';
import { createCheckpointKey } from './audit-checkpoint.ts';
import { readCheckpoints } from './audit-checkpoint-file.ts';
import { startCheckpointing } from './audit-jobs.ts';

const log = emptyAuditLog();
const { append, verify, checkpoint } = log;

describe('checkpoints', () => {
  test('each look writes one only when the chain has moved, and they verify', async () => {
    await checkpoint();
    await append(1, 3);
    await checkpoint();
    await checkpoint();
    await append(4, 1);
    await checkpoint();
    const lines = (await readFile(log.checkpointPath, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).sequence)).toEqual([3, 4]);
    expect(await verify()).toMatchObject({ valid: true, checkpoints: 2 });
  });

  test('after the given number of entries or the given time, not before', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const checkpointing = await startCheckpointing({
      database: log.database,
      key: checkpointKey,
      path: log.checkpointPath,
      log: silentLog,
      clock: { now: () => now },
      everyEntries: 5,
      everyMs: 60_000,
    });
    await append(1, 4);
    await checkpointing.look();
    expect((await readCheckpoints(log.checkpointPath, checkpointKey)).checkpoints).toEqual([]);
    await append(5, 1);
    await checkpointing.look();
    await append(6, 1);
    await checkpointing.look();
    expect(
      (await readCheckpoints(log.checkpointPath, checkpointKey)).checkpoints.map(({ sequence }) => sequence),
    ).toEqual([5]);
    now += 60_000;
    await checkpointing.look();
    expect(
      (await readCheckpoints(log.checkpointPath, checkpointKey)).checkpoints.map(({ sequence }) => sequence),
    ).toEqual([5, 6]);
    await checkpointing.stop();
  });

  test('a forged checkpoint, one of another installation, and a line of rubbish are named', async () => {
    await append(1, 2);
    await checkpoint();
    const good = await readFile(log.checkpointPath, 'utf8');
    const other = createCheckpointKey('another secret key entirely');
    for (const line of [
      good.replace('"sequence":2', '"sequence":1'),
      JSON.stringify(other.sign({ sequence: 2, hash: '0'.repeat(64) }, new Date())),
      'rubbish',
    ]) {
      await writeFile(log.checkpointPath, `${good}${line.trim()}\n`);
      expect(await verify()).toMatchObject({ valid: false, checkpoints: 1, fault: { kind: 'altered' } });
    }
  });

  test('a line that a crash cut short is passed over, and the next one is written whole', async () => {
    await append(1, 2);
    await checkpoint();
    await append(3, 1);
    await checkpoint();
    const text = await readFile(log.checkpointPath, 'utf8');
    await truncate(log.checkpointPath, text.length - 40);
    await append(4, 1);
    await checkpoint();
    expect(await verify()).toMatchObject({ valid: true, checkpoints: 2 });
  });
});
