import type { ScorerContent, ScorerFailure } from '#engine/ports/external-scorer.ts';
import { FetchFailed, FetchRefused } from '#platform/net/fetch-errors.ts';
import type { GuardedFetch, GuardedResponse } from '#platform/net/guarded-fetch.ts';
import { readRetryAfter } from '#platform/net/retry-after.ts';
import { type Reading, type ScorerProtocol, UnusableAnswer } from './scorer-protocol.ts';

/** Scores have some kilobytes; a server that sends megabytes is broken or hostile. */
const maximumAnswerBytes = 256 * 1024;

/** Refusals that may be about the content. */
const aboutContent: ReadonlySet<number> = new Set([400, 415, 422]);

export type Attempt =
  | { readonly ok: true; readonly reading: Reading }
  | {
      readonly ok: false;
      readonly failure: ScorerFailure;
      readonly message: string;
      /** Milliseconds that the server asked to be left alone for. */
      readonly retryAfterMs: number | null;
      /** Whether it says something of the server, not of this content. */
      readonly serverAtFault: boolean;
    };

const failed = (
  failure: ScorerFailure,
  message: string,
  { serverAtFault = true, retryAfterMs = null }: { serverAtFault?: boolean; retryAfterMs?: number | null } = {},
): Attempt => ({ ok: false, failure, message, serverAtFault, retryAfterMs });

const readJson = async ({ body }: GuardedResponse): Promise<unknown> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new UnusableAnswer('it is no JSON');
  }
};

const refusalOf = (status: number): Attempt => {
  if (status === 401 || status === 403)
    return failed(
      'refused',
      `The server refused the key (HTTP ${status}). Check the environment variable that holds it.`,
    );
  if (status === 404 || status === 405)
    return failed('refused', `The server knows no such address (HTTP ${status}). Check the URL.`);
  return failed(
    'refused',
    `The server refused the request (HTTP ${status}). Check the request's shape against the server's documentation.`,
    { serverAtFault: !aboutContent.has(status) },
  );
};

const ofAnswer = async (response: GuardedResponse, protocol: ScorerProtocol, now: number): Promise<Attempt> => {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { ok: true, reading: protocol.read(await readJson(response)) };
  if (aboutContent.has(status) && protocol.readRefusal !== undefined) {
    const answer = await readJson(response).catch((error: unknown) => {
      if (error instanceof UnusableAnswer) return undefined;
      throw error;
    });
    const reason = protocol.readRefusal(answer);
    return reason === undefined ? refusalOf(status) : { ok: true, reading: { status: 'not_applicable', reason } };
  }
  await response.discard();
  const retryAfterMs = readRetryAfter(headers['retry-after'], now);
  if (status === 429)
    return failed(
      'rate_limited',
      'The server asks for fewer requests (HTTP 429). Lower requestsPerMinute, or raise its limit.',
      {
        retryAfterMs,
      },
    );
  if (status === 408) return failed('timeout', 'The server gave up waiting (HTTP 408).');
  if (status >= 500)
    return failed('failed', `The server failed (HTTP ${status}). Its own log says why.`, { retryAfterMs });
  if (status >= 300 && status < 400)
    return failed(
      'redirected',
      `The server points elsewhere (HTTP ${status}), which is not followed. Give the final URL.`,
    );
  return refusalOf(status);
};

const ofError = (error: unknown, abort: AbortSignal): Attempt => {
  if (abort.aborted)
    return failed('aborted', 'The question was given up before an answer came.', { serverAtFault: false });
  if (error instanceof UnusableAnswer)
    return failed(
      'invalid',
      `The answer cannot be used: ${error.message}. Compare the configuration with what the server sends.`,
      {
        serverAtFault: false,
      },
    );
  if (error instanceof FetchRefused)
    return failed(error.code === 'redirect_refused' ? 'redirected' : 'refused', error.message);
  if (!(error instanceof FetchFailed))
    return failed('failed', 'The request could not be made.', { serverAtFault: false });
  if (error.code === 'timeout') return failed('timeout', error.message);
  const isNonsense = error.code === 'too_large' || error.code === 'protocol';
  return failed(isNonsense ? 'invalid' : 'unreachable', error.message);
};

/** One request, without patience of any kind. Never throws. Messages quote neither the content nor the server's words. */
export const askScorer = async (
  protocol: ScorerProtocol,
  content: ScorerContent,
  {
    fetch,
    timeoutMs,
    abort,
    now,
  }: { readonly fetch: GuardedFetch; readonly timeoutMs: number; readonly abort: AbortSignal; readonly now: number },
): Promise<Attempt> => {
  try {
    const response = await fetch({
      url: protocol.url,
      method: 'POST',
      headers: { accept: 'application/json', ...protocol.headers, 'content-type': 'application/json' },
      body: JSON.stringify(protocol.ask(content)),
      timeoutMs,
      maximumBytes: maximumAnswerBytes,
      maximumRedirects: 0,
      signal: abort,
    });
    return await ofAnswer(response, protocol, now);
  } catch (error) {
    return ofError(error, abort);
  }
};
