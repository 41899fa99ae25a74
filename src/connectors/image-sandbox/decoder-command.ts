import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { DecoderSettings } from './protocol.ts';

export type DecoderChild = ChildProcessByStdio<Writable, Readable, Readable>;

const projectFolder = resolve(import.meta.dirname, '../../..');
const workerFile = join(import.meta.dirname, 'decoder/decoder-worker.ts');

/**
 * Limits first, then a network namespace of its own with nothing in it, where the system lets us make one (as root, or with user
 * namespaces), then the program. Where it does not, all else holds without.
 */
const confine = [
  'ulimit -c 0',
  'ulimit -f 0 2>/dev/null',
  'ulimit -d "$1" 2>/dev/null',
  'shift',
  'for without in --net "--user --net"; do /usr/bin/unshare $without true 2>/dev/null && exec /usr/bin/unshare $without "$@"; done',
  'exec "$@"',
].join('\n');

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
 * file, starts no process or thread; no environment, no descriptors but its three pipes, no network where that can be
 * had, no core dumps, and a limit of the kernel's on its data, should it get past watching its own memory.
 */
export const startDecoder = (settings: DecoderSettings, program = workerFile): DecoderChild => {
  const node = [
    process.execPath,
    '--permission',
    '--allow-addons',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--no-warnings',
    '--max-old-space-size=128',
    '--expose-gc',
    program,
    JSON.stringify(settings),
  ];
  const dataKilobytes = Math.ceil((settings.maximumMemoryBytes + reservedBytes) / 1024);
  return spawn('/bin/sh', ['-c', confine, 'sh', String(dataKilobytes), ...node], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  });
};
