import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { readAllowedHosts } from './allowed-hosts.ts';
import { FetchFailed, FetchRefused, fetchFailure } from './fetch-errors.ts';
import { placeOf, type Resolve, readUrl, resolveTarget, systemResolve, type Target } from './resolve-target.ts';

interface GuardedFetchOptions {
  /** Hosts that may be reached although they are private; `readAllowedHosts` says how they are written. */
  readonly allowedPrivateHosts: readonly string[];
  readonly resolve?: Resolve;
  readonly userAgent?: string;
}

export interface GuardedRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Names in small letters. After a redirect to another origin only `accept` is sent on. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything together: resolving, connecting, redirects and the body to its end. */
  readonly timeoutMs: number;
  readonly maximumBytes: number;
  /** 0: a redirect is an error. Only GET and HEAD are ever redirected. */
  readonly maximumRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface GuardedResponse {
  /** Any status but a redirect's that was followed; what it means is the caller's to judge. */
  readonly status: number;
  /** Names in small letters; a repeated header is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL that answered. */
  readonly url: string;
  /**
   * The bytes as sent, never decompressed. Throws FetchFailed: `too_large` beyond `maximumBytes`, `timeout`, `connection`
   * where the other side ends early. Can be read once; reading to the end, breaking off and an error all close the connection.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection without reading on. */
  readonly discard: () => Promise<void>;
}

export type GuardedFetch = (request: GuardedRequest) => Promise<GuardedResponse>;

const maximumHeaderBytes = 16_384;

/**
 * Makes HTTP requests to addresses that strangers name, without reaching anything but the public internet (SSRF).
 * Each host is resolved once, every address is checked, and exactly those addresses are connected to, so a name cannot
 * point elsewhere in between; each redirect starts over. A connection serves one request. No proxy is used and nothing is
 * read from the environment.
 *
 * @throws FetchRefused, FetchFailed, or the reason of `signal`. AllowedHostError at once for an unreadable allow-list.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const allowed = readAllowedHosts(options.allowedPrivateHosts);
  const resolve = options.resolve ?? systemResolve;
  const userAgent = options.userAgent ?? 'Tidegate';

  return async (request) => {
    const first = readUrl(request.url);
    const watch = startWatch(request, placeOf(first));
    try {
      let url = first;
      let headers: Readonly<Record<string, string>> = request.headers ?? {};
      for (let redirects = 0; ; redirects += 1) {
        const target = await watch.race(resolveTarget(url, allowed, resolve));
        const answer = await send(target, request, { 'user-agent': userAgent, ...headers }, watch);
        const location = redirectOf(answer.response);
        if (location === undefined) return { ...readable(answer, request, url, watch), url: url.href };
        answer.response.body.on('error', () => {});
        await answer.client.destroy();
        const next = nextUrl(location, url, request, redirects);
        if (next.origin !== url.origin) headers = headers.accept === undefined ? {} : { accept: headers.accept };
        url = next;
      }
    } catch (error) {
      watch.stop();
      throw error;
    }
  };
}

interface Watch {
  readonly signal: AbortSignal;
  /** Settles as the promise does, or rejects once time is up. */
  readonly race: <Value>(promise: Promise<Value>) => Promise<Value>;
  /** What an error that came by under this watch really was. */
  readonly explain: (error: unknown, where: string) => unknown;
  readonly stop: () => void;
}

/** One limit of time over a request from its first look-up to the last byte. */
function startWatch({ timeoutMs, signal: outer }: GuardedRequest, where: string): Watch {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(
    () => controller.abort(new FetchFailed('timeout', where, `took longer than ${timeoutMs} ms`)),
    timeoutMs,
  );
  const forward = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', forward, { once: true });
  return {
    signal,
    race: (promise) =>
      new Promise((settle, reject) => {
        const abort = () => reject(signal.reason);
        if (signal.aborted) abort();
        signal.addEventListener('abort', abort, { once: true });
        promise.then(settle, reject).finally(() => signal.removeEventListener('abort', abort));
      }),
    explain: (error, place) => {
      if (signal.aborted) return signal.reason;
      return error instanceof FetchRefused ? error : fetchFailure(error, place);
    },
    stop: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', forward);
    },
  };
}

interface Answer {
  readonly client: Client;
  readonly response: Dispatcher.ResponseData;
}

async function send(
  { url, addresses }: Target,
  { method = 'GET', body }: GuardedRequest,
  headers: Readonly<Record<string, string>>,
  watch: Watch,
): Promise<Answer> {
  const checkedOnly: LookupFunction = (_hostname, { all, family }, done) => {
    const [first] = addresses;
    if (all === true) done(null, [...addresses]);
    else if (first !== undefined && (family === undefined || family === 0 || family === first.family)) {
      done(null, first.address, first.family);
    } else done(new Error('no address of this family'), '');
  };
  const client = new Client(url.origin, {
    connect: buildConnector({ lookup: checkedOnly, allowH2: false, timeout: 0 }),
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: maximumHeaderBytes,
    // The watch is the only clock: one limit over everything.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const response = await client.request({
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      body: body ?? null,
      signal: watch.signal,
    });
    return { client, response };
  } catch (error) {
    await client.destroy();
    throw watch.explain(error, placeOf(url));
  }
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  const { location } = headers;
  return typeof location === 'string' ? location : undefined;
}

function nextUrl(location: string, from: URL, request: GuardedRequest, redirects: number): URL {
  const refuse = (problem: string, remedy: string) =>
    new FetchRefused('redirect_refused', placeOf(from), problem, remedy);
  const maximum = request.maximumRedirects ?? 0;
  if (request.method === 'POST' || request.method === 'PUT' || maximum === 0) {
    throw refuse('answered with a redirect, which is not followed', 'Give the final URL.');
  }
  if (redirects >= maximum) {
    throw refuse(`redirects more than ${maximum} times`, 'Give the final URL.');
  }
  const next = readUrl(location, from);
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw refuse('redirects from https to http', 'Serve the file over https all the way.');
  }
  return next;
}

function readable(
  { client, response }: Answer,
  { maximumBytes, method }: GuardedRequest,
  url: URL,
  watch: Watch,
): Omit<GuardedResponse, 'url'> {
  const where = placeOf(url);
  const tooLarge = () => new FetchFailed('too_large', where, `sends more than ${maximumBytes} bytes`);
  // Time can run out while nobody is reading; without a listener that would end the process.
  response.body.on('error', () => {});
  const discard = async () => {
    watch.stop();
    await client.destroy();
  };
  watch.signal.addEventListener('abort', () => void discard(), { once: true });
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      // Known beforehand: not a byte of it needs to come. A HEAD announces a body that never does.
      if (method !== 'HEAD' && Number(response.headers['content-length'] ?? 0) > maximumBytes) throw tooLarge();
      let bytes = 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        bytes += chunk.byteLength;
        if (bytes > maximumBytes) throw tooLarge();
        yield chunk;
      }
    } catch (error) {
      throw watch.explain(error, where);
    } finally {
      await discard();
    }
  }
  return { status: response.statusCode, headers: flatHeaders(response.headers), body: read(), discard };
}

const flatHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );
