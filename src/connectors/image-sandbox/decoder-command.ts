import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { DecoderSettings } from './protocol.ts';

export type DecoderChild = ChildProcessByStdio<Writable, Readable, Readable>;

const projectFolder = resolve(import.meta.dirname, '../../..');
const workerFile = join(import.meta.dirname, 'decoder/decoder-worker.ts');

/** Code that the decoder loads; it may read nothing else. */
const readable = [
  'package.json',
  'node_modules',
  'src/connectors/image-sandbox',
  'src/engine/hash',
  'src/engine/ports',
].map((path) => join(projectFolder, path));

/** What V8 and the threads reserve beside what a picture takes, as Linux counts RLIMIT_DATA. */
const reservedBytes = 768 * 1024 * 1024;

/**
 * Starts a decoder process that can do as little as it can work with: by Node's permission model it reads its own code only, writes no
 * file, starts no process or thread; no environment, no descriptors but its three pipes, a folder that is not ours, no core dumps, no
 * files, and a limit of the kernel's on its data, should it get past watching its own memory.
 */
export const startDecoder = (settings: DecoderSettings): DecoderChild => {
  const node = [
    process.execPath,
    '--permission',
    '--allow-addons',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--no-warnings',
    '--max-old-space-size=128',
    workerFile,
    JSON.stringify(settings),
  ];
  const dataKilobytes = Math.ceil((settings.maximumMemoryBytes + reservedBytes) / 1024);
  const limits = ['ulimit -c 0', 'ulimit -f 0', `ulimit -d ${dataKilobytes}`].map((limit) => `${limit} 2>/dev/null`);
  return spawn('/bin/sh', ['-c', `${limits.join('; ')}; exec "$@"`, 'sh', ...node], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  });
};
