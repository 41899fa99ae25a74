import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDecoder } from './decoder-command.ts';
import { defaultImageLimits } from './limits.ts';

const server = createServer((socket) => socket.destroy());
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

/** Whether this system lets us make a network namespace. */
const namespaces = [['--net'], ['--user', '--net']].some(
  (options) => spawnSync('/usr/bin/unshare', [...options, 'true']).status === 0,
);

it('a decoder reads its own code and can do nothing else', async () => {
  const { port } = server.address() as AddressInfo;
  const settings = { limits: defaultImageLimits, maximumMemoryBytes: 768 * 1024 * 1024, port };
  const child = startDecoder(settings, join(import.meta.dirname, 'confinement.fixture.ts'));
  expect(JSON.parse(await text(child.stdout))).toEqual({
    readsItsCode: true,
    readsSystem: false,
    readsConfiguration: false,
    writes: false,
    startsProcess: false,
    startsThread: false,
    variables: [],
    folder: '/',
    connects: !namespaces,
  });
});
