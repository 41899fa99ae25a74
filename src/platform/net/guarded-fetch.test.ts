import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { FetchFailed, FetchRefused } from './fetch-errors.ts';
import { createGuardedFetch, type GuardedRequest, type GuardedResponse } from './guarded-fetch.ts';

const servers: (Server | SocketServer)[] = [];
const sockets = new Set<Socket>();

async function listen<Listener extends Server | SocketServer>(server: Listener, host = '127.0.0.1'): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(0, host, ready));
  return (server.address() as AddressInfo).port;
}

const serve = (answer: RequestListener, host?: string) => listen(createServer(answer), host);

/** A server that says these bytes to whoever connects, whatever was asked, and then keeps quiet. */
const recite = (text: string, end = false) =>
  listen(createSocketServer((socket) => socket.once('data', () => (end ? socket.end(text) : socket.write(text)))));

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

const limits = { timeoutMs: 5_000, maximumBytes: 1_000 } as const;
const local = createGuardedFetch({ allowedPrivateHosts: ['127.0.0.1'] });
const strict = createGuardedFetch({ allowedPrivateHosts: [] });

async function text({ body }: GuardedResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const failure = async (promise: Promise<unknown>): Promise<FetchFailed | FetchRefused> => {
  const error = await promise.then(() => undefined).catch((reason: unknown) => reason);
  if (error instanceof FetchFailed || error instanceof FetchRefused) return error;
  throw new Error('neither refused nor failed', { cause: error });
};

const ask = (url: string, more: Partial<GuardedRequest> = {}) => local({ ...limits, url, ...more });

describe('createGuardedFetch', () => {
  it('sends method, headers and body, and gives status, headers and bytes as sent', async () => {
    const port = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      response.writeHead(418, { 'x-seen': `${request.method} ${request.url} ${request.headers['x-mine']}` });
      response.end(Buffer.concat(chunks));
    });
    const response = await ask(`http://127.0.0.1:${port}/a?b=c#d`, {
      method: 'POST',
      headers: { 'x-mine': 'yes' },
      body: 'hello',
    });
    expect(response.status).toBe(418);
    expect(response.headers['x-seen']).toBe('POST /a?b=c yes');
    expect(response.url).toBe(`http://127.0.0.1:${port}/a?b=c`);
    expect(await text(response)).toBe('hello');
  });

  it.each([
    ['http://127.0.0.1/', 'address_refused'],
    ['http://localhost/', 'address_refused'],
    ['http://localhost./', 'address_refused'],
    ['http://LOCALHOST/', 'address_refused'],
    ['http://2130706433/', 'address_refused'],
    ['http://0x7f000001/', 'address_refused'],
    ['http://0177.0.0.1/', 'address_refused'],
    ['http://127.1/', 'address_refused'],
    ['http://127.0.0.1./', 'address_refused'],
    ['http://①②⑦.0.0.1/', 'address_refused'],
    ['http://169.254.169.254/latest/meta-data/', 'address_refused'],
    ['http://[::1]/', 'address_refused'],
    ['http://[::ffff:127.0.0.1]/', 'address_refused'],
    ['http://[fd00:ec2::254]/', 'address_refused'],
    ['http://[64:ff9b::a9fe:a9fe]/', 'address_refused'],
    ['http://0/', 'address_refused'],
    ['http://8.8.8.8:25/', 'port_refused'],
    ['https://8.8.8.8:22/', 'port_refused'],
    ['http://user:secret@example.org/', 'credentials_refused'],
    ['file:///etc/passwd', 'scheme_refused'],
    ['ftp://example.org/', 'scheme_refused'],
    ['data:image/png;base64,AAAA', 'scheme_refused'],
    ['//example.org/', 'url_refused'],
    ['', 'url_refused'],
  ])('refuses %s', async (url, code) => {
    const error = await failure(strict({ ...limits, url }));
    expect(error).toBeInstanceOf(FetchRefused);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('secret');
  });

  it('refuses a name with any private address, whatever the others are', async () => {
    const fetch = createGuardedFetch({
      allowedPrivateHosts: [],
      resolve: async () => [
        { address: '8.8.8.8', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    });
    expect((await failure(fetch({ ...limits, url: 'http://mixed.example/' }))).code).toBe('address_refused');
  });

  it('asks the machine itself for names of ours only', async () => {
    const asked: [string, boolean][] = [];
    const fetch = createGuardedFetch({
      allowedPrivateHosts: ['minio.internal:9000'],
      resolve: async (hostname, ours) => {
        asked.push([hostname, ours]);
        return [];
      },
    });
    for (const url of ['http://minio.internal:9000/', 'http://minio.internal:9001/', 'http://Other.example./']) {
      expect((await failure(fetch({ ...limits, url }))).code).toBe('dns');
    }
    expect(asked).toEqual([
      ['minio.internal', true],
      ['minio.internal', false],
      ['other.example', false],
    ]);
  });

  it('connects to the address that it checked, though the name points elsewhere by then', async () => {
    const good = await serve((_request, response) => response.end('good'), '127.0.0.1');
    let reached = false;
    const bad = createServer((_request, response) => {
      reached = true;
      response.end('bad');
    });
    servers.push(bad);
    await new Promise<void>((ready) => bad.listen(good, '127.0.0.2', ready));
    const asked: string[] = [];
    const fetch = createGuardedFetch({
      allowedPrivateHosts: ['127.0.0.1'],
      resolve: async (hostname) => {
        asked.push(hostname);
        return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
      },
    });
    const url = `http://rebinding.example:${good}/`;
    expect(await text(await fetch({ ...limits, url }))).toBe('good');
    expect(asked).toEqual(['rebinding.example']);
    expect((await failure(fetch({ ...limits, url }))).code).toBe('address_refused');
    expect(reached).toBe(false);
  });

  describe('redirects', () => {
    const redirect = (location: string, status = 302) =>
      serve((_request, response) => response.writeHead(status, { location }).end('moved'));

    it.each(['http://169.254.169.254/latest/', 'http://127.0.0.2:1/', 'http://[::1]/', '//10.0.0.1/'])(
      'refuses one to %s',
      async (location) => {
        const port = await redirect(location);
        const error = await failure(ask(`http://127.0.0.1:${port}/`, { maximumRedirects: 3 }));
        expect(error.code).toBe('address_refused');
      },
    );

    it.each(['file:///etc/passwd', 'gopher://127.0.0.1/'])('refuses one to %s', async (location) => {
      const port = await redirect(location);
      expect((await failure(ask(`http://127.0.0.1:${port}/`, { maximumRedirects: 3 }))).code).toBe('scheme_refused');
    });

    it('refuses every one where none is followed, and one of a POST', async () => {
      const port = await redirect('/elsewhere', 307);
      const url = `http://127.0.0.1:${port}/`;
      expect((await failure(ask(url))).code).toBe('redirect_refused');
      expect((await failure(ask(url, { method: 'POST', maximumRedirects: 3 }))).code).toBe('redirect_refused');
    });

    it('follows no circle', async () => {
      let visits = 0;
      const port = await serve((_request, response) => {
        visits += 1;
        response.writeHead(301, { location: '/again' }).end();
      });
      expect((await failure(ask(`http://127.0.0.1:${port}/`, { maximumRedirects: 3 }))).code).toBe('redirect_refused');
      expect(visits).toBe(4);
    });

    it('sends credentials on to the same origin only', async () => {
      const seen: (string | undefined)[] = [];
      const other = await serve((request, response) => {
        seen.push(request.headers.authorization, request.headers.cookie, request.headers.accept);
        response.end('there');
      });
      const port = await serve((request, response) => {
        seen.push(request.headers.authorization);
        const location = request.url === '/' ? '/second' : `http://127.0.0.1:${other}/`;
        response.writeHead(302, { location }).end();
      });
      const response = await ask(`http://127.0.0.1:${port}/`, {
        headers: { authorization: 'Bearer x', cookie: 'a=b', accept: 'image/*' },
        maximumRedirects: 3,
      });
      expect(await text(response)).toBe('there');
      expect(response.url).toBe(`http://127.0.0.1:${other}/`);
      expect(seen).toEqual(['Bearer x', 'Bearer x', undefined, undefined, 'image/*']);
    });
  });

  describe('size', () => {
    it('stops a body that never ends, and one that is announced too large before a byte of it', async () => {
      const endless = await serve((_request, response) => {
        const more = () => {
          while (response.write('x'.repeat(1_000)));
          response.once('drain', more);
        };
        more();
      });
      const announced = await recite('HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n');
      for (const port of [endless, announced]) {
        const response = await ask(`http://127.0.0.1:${port}/`);
        expect((await failure(text(response))).code).toBe('too_large');
      }
    });

    it('takes a body of exactly the maximum', async () => {
      const port = await serve((_request, response) => response.end('x'.repeat(1_000)));
      expect(await text(await ask(`http://127.0.0.1:${port}/`))).toHaveLength(1_000);
    });

    it('leaves compressed bytes compressed, so that nothing can grow', async () => {
      const bomb = gzipSync(Buffer.alloc(500_000));
      const port = await serve((_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      );
      const response = await ask(`http://127.0.0.1:${port}/`);
      expect(response.headers['content-encoding']).toBe('gzip');
      let bytes = 0;
      for await (const chunk of response.body) bytes += chunk.byteLength;
      expect(bytes).toBe(bomb.byteLength);
    });

    it('reports a body that ends before its announced length', async () => {
      const port = await recite('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nshort', true);
      const response = await ask(`http://127.0.0.1:${port}/`);
      expect((await failure(text(response))).code).toMatch(/connection|protocol/);
    });
  });

  describe('time', () => {
    it.each([
      ['no answer', ''],
      ['half a header', 'HTTP/1.1 200 OK\r\nx-slow: '],
      ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ])('is one limit over everything: %s', async (_name, said) => {
      const port = await recite(said);
      const reading = ask(`http://127.0.0.1:${port}/`, { timeoutMs: 200 }).then(text);
      const error = await failure(reading);
      expect(error.code).toBe('timeout');
      expect(error.retryable).toBe(true);
    });

    it('covers a resolver that never answers', async () => {
      const fetch = createGuardedFetch({ allowedPrivateHosts: [], resolve: () => new Promise(() => {}) });
      expect((await failure(fetch({ ...limits, url: 'http://slow.example/', timeoutMs: 100 }))).code).toBe('timeout');
    });

    it('runs out quietly where nobody reads', async () => {
      const port = await recite('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc');
      await ask(`http://127.0.0.1:${port}/`, { timeoutMs: 100 });
      await expect.poll(() => sockets.size).toBe(0);
    });

    it("ends with the caller's reason when the caller gives up", async () => {
      const port = await recite('');
      const controller = new AbortController();
      const asking = ask(`http://127.0.0.1:${port}/`, { signal: controller.signal });
      await expect.poll(() => sockets.size).toBe(1);
      controller.abort(new Error('changed my mind'));
      await expect(asking).rejects.toThrow('changed my mind');
      await expect.poll(() => sockets.size).toBe(0);
    });
  });

  it('closes the connection when the body is discarded, left or read to its end', async () => {
    const port = await serve((_request, response) => response.end('x'.repeat(900)));
    const url = `http://127.0.0.1:${port}/`;
    await (await ask(url)).discard();
    for await (const _chunk of (await ask(url)).body) break;
    await text(await ask(url));
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('names a closed port, an unknown host and an answer that is not HTTP, and quotes none of it', async () => {
    const port = await recite('SECRET-GREETING\r\n\r\n');
    const garbage = await failure(ask(`http://127.0.0.1:${port}/`));
    expect(garbage.code).toBe('protocol');
    expect(garbage.message).not.toContain('SECRET');
    const closed = createServer();
    const free = await listen(closed);
    await new Promise((done) => closed.close(done));
    expect((await failure(ask(`http://127.0.0.1:${free}/`))).code).toBe('connection');
    expect((await failure(ask('http://does-not-exist.invalid/'))).code).toBe('dns');
    const plain = await serve((_request, response) => response.end());
    expect((await failure(ask(`https://127.0.0.1:${plain}/`))).code).toBe('tls');
  });

  it('refuses headers beyond 16 KiB', async () => {
    const port = await recite(`HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(70_000)}\r\n\r\n`);
    expect((await failure(ask(`http://127.0.0.1:${port}/`))).code).toBe('protocol');
  });
});
