/** Started in a decoder's place: tries what a decoder must not be able to do, and says what went well. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

const { port } = JSON.parse(process.argv[2] ?? '{}') as { port: number };

const went = (attempt: () => unknown): boolean => {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
};

const connects = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });

const result = {
  readsItsCode: went(() => readFileSync(import.meta.filename)),
  readsSystem: went(() => readFileSync('/etc/passwd')),
  readsConfiguration: went(() => readFileSync(`${import.meta.dirname}/../../platform/config.ts`)),
  writes: went(() => writeFileSync(`/tmp/confinement-${process.pid}`, 'x')),
  startsProcess: went(() => {
    const { error } = spawnSync('/bin/true');
    if (error !== undefined) throw error;
  }),
  startsThread: went(() => void new Worker('0', { eval: true })),
  variables: Object.keys(process.env).filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
  folder: process.cwd(),
  connects: await connects(),
};
process.stdout.write(JSON.stringify(result));
