import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '#contracts/problem.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { captureLog } from './support/captured-log.ts';
import { head, type RawAnswer, sendRaw } from './support/raw-http.ts';
import { countRows, marker } from './support/refusal.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const captured = captureLog();
let app: TestApplication;
let platform: Client & { key: string };
let before: Record<string, number>;

beforeAll(async () => {
  app = await startTestApplication({ log: captured.log, models: createScriptedModel().models });
  platform = await app.keyClient();
  before = await countRows(app.database);
}, 60_000);
afterAll(() => app.stop());

const body = JSON.stringify(comment(marker));
const headers = (more: Record<string, string> = {}): Record<string, string> => ({
  host: '127.0.0.1',
  authorization: `Bearer ${platform.key}`,
  'content-type': 'application/json',
  connection: 'close',
  ...more,
});
const expectRawProblem = (answer: RawAnswer, status: number): void => {
  expect(answer.status).toBe(status);
  expect(answer.headers.toLowerCase()).toContain('content-type: application/problem+json');
  const problem = JSON.parse(answer.body) as Problem;
  expect(problem).toMatchObject({ status, type: expect.stringMatching(/^urn:tidegate:problem:/) });
  expect(problem.detail.length).toBeGreaterThan(10);
  expect(problem.remedy.length).toBeGreaterThan(5);
  expect(answer.body).not.toContain(marker);
};

describe('A1 bad input: requests that no client library sends', () => {
  it('a content-length beyond the body, then nothing: nothing is kept', async () => {
    const answer = sendRaw(app.address, head('POST', '/v1/items', headers({ 'content-length': '2' })), body);
    // Two bytes of the body are read as the body; the rest would be the next request.
    expectRawProblem(await answer, 400);
  });

  it.each(['-5', '1e3', '0x10', '12, 13', 'many', '99999999999999999999'])('content-length "%s"', async (length) => {
    expectRawProblem(
      await sendRaw(app.address, head('POST', '/v1/items', headers({ 'content-length': length })), body),
      400,
    );
  });

  it('a content-length over the limit is refused before the body comes', async () => {
    expectRawProblem(
      await sendRaw(app.address, head('POST', '/v1/items', headers({ 'content-length': '900000000' }))),
      413,
    );
  });

  it('content-length together with chunks, as in request smuggling', async () => {
    const smuggled = headers({ 'content-length': '4', 'transfer-encoding': 'chunked' });
    expectRawProblem(
      await sendRaw(app.address, head('POST', '/v1/items', smuggled), '0\r\n\r\nGET /v1/items HTTP/1.1\r\n\r\n'),
      400,
    );
  });

  it('chunks that are none', async () => {
    expectRawProblem(
      await sendRaw(
        app.address,
        head('POST', '/v1/items', headers({ 'transfer-encoding': 'chunked' })),
        `zz\r\n${body}\r\n0\r\n\r\n`,
      ),
      400,
    );
  });

  it('chunks without end: refused once they are too many', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await sendRaw(
      app.address,
      head('POST', '/v1/items', headers({ 'transfer-encoding': 'chunked' })),
      ...Array.from({ length: 40 }, () => chunk),
    );
    expectRawProblem(answer, 413);
  });

  it('headers larger than any', async () => {
    expectRawProblem(
      await sendRaw(app.address, head('GET', '/v1/items', headers({ 'x-large': 'x'.repeat(40_000) }))),
      431,
    );
  });

  it.each([
    ['a header that is broken over two lines', 'GET /v1/items HTTP/1.1\r\nhost: a\r\nx-folded: a\r\n b\r\n\r\n'],
    ['a zero byte in a header', 'GET /v1/items HTTP/1.1\r\nhost: a\r\nx-zero: a\u0000b\r\n\r\n'],
    ['a space before the colon', 'GET /v1/items HTTP/1.1\r\nhost : a\r\n\r\n'],
    ['no HTTP at all', `hello ${marker}\r\n\r\n`],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001'],
    ['a method that there is not', 'BREW /v1/items HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['another protocol version', 'GET /v1/items HTTP/9.9\r\nhost: a\r\n\r\n'],
  ])('%s', async (_what, request) => {
    expectRawProblem(await sendRaw(app.address, request), 400);
  });

  it('an address that is no URL, or leads out of the site', async () => {
    expectRawProblem(await sendRaw(app.address, head('GET', '/%zz', headers())), 400);
    expectRawProblem(await sendRaw(app.address, head('GET', '/../../../etc/passwd', headers())), 404);
    expectRawProblem(await sendRaw(app.address, head('GET', '/assets/..%2f..%2f..%2fpackage.json', headers())), 404);
    expectRawProblem(await sendRaw(app.address, head('GET', `//${marker}.example/v1/items`, headers())), 404);
  });

  it.each([
    ['nothing after Bearer', 'Bearer '],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['two keys', 'Bearer tg_aaaaaaaaaaaaaaaa tg_bbbbbbbbbbbbbbbb'],
    ['a made-up key', `Bearer tg_${marker}_0000000000000000`],
    ['bytes that are no ASCII', 'Bearer \u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9'],
    ['a key of 10,000 characters', `Bearer ${'k'.repeat(10_000)}`],
    ['SQL', `Bearer '/**/OR/**/1=1--${marker}`],
  ])('authorization with %s', async (_what, authorization) => {
    expectRawProblem(await sendRaw(app.address, head('GET', '/v1/items', headers({ authorization }))), 401);
  });

  it('cookies that are made up', async () => {
    for (const cookie of [
      'tidegate_session=',
      `tidegate_session=${marker}`,
      'tidegate_session=%00',
      'tidegate_session=a; tidegate_session=b',
      '; ;=; __proto__=x; constructor=y',
    ])
      expectRawProblem(
        await sendRaw(app.address, head('GET', '/v1/items', { host: 'a', connection: 'close', cookie })),
        401,
      );
  });

  it('an idempotency key in a header that is no identifier', async () => {
    const given = { 'content-length': String(Buffer.byteLength(body)) };
    expectRawProblem(
      await sendRaw(app.address, head('POST', '/v1/items', headers({ ...given, 'idempotency-key': '' })), body),
      422,
    );
    expectRawProblem(
      await sendRaw(
        app.address,
        head('POST', '/v1/items', headers({ ...given, 'idempotency-key': 'k'.repeat(201) })),
        body,
      ),
      422,
    );
  });

  it('does not wait for ever for a request that does not end', () => {
    const { server } = app.application.server;
    expect(server.requestTimeout).toBeGreaterThan(0);
    expect(server.headersTimeout).toBeGreaterThan(0);
    expect(server.headersTimeout).toBeLessThanOrEqual(server.requestTimeout);
  });

  it('keeps nothing of them, quotes nothing in the log, and goes on as before', async () => {
    // A client that goes away in the middle of its body.
    const { hostname, port } = new URL(app.address);
    const socket = connect(Number(port), hostname);
    socket.write(
      head('POST', '/v1/items', headers({ 'content-length': String(body.length) })) + body.slice(0, 20),
      () => socket.destroy(),
    );
    await new Promise((resolve) => socket.once('close', resolve));
    expect(await countRows(app.database)).toEqual(before);
    expect(captured.text()).not.toContain(marker);
    expect(captured.text()).not.toContain('request failed');
    expect((await submit(platform, comment('A harmless remark'))).version).toBe(1);
  });
});
