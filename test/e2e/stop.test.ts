import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startTestApplication } from '#test/support/application.ts';

it('K2: a stop is not held up by somebody who connects and asks nothing, or half', async () => {
  const app = await startTestApplication();
  const { port, hostname } = new URL(app.address);
  const silent = connect(Number(port), hostname);
  const half = connect(Number(port), hostname);
  for (const socket of [silent, half]) socket.on('error', () => undefined);
  await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
  half.write('POST /v1/items HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\n{');
  // However it ends: `once` of node:events would reject where the connection is reset.
  const closed = Promise.all([silent, half].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  await app.stop();
  await closed;
  await expect(fetch(app.address)).rejects.toThrow();
}, 40_000);
