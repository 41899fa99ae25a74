import type { Clock } from '#platform/clock.ts';
import { FetchFailed, FetchRefused } from '#platform/net/fetch-errors.ts';
import type { GuardedFetch, GuardedResponse } from '#platform/net/guarded-fetch.ts';
import { readRetryAfter } from '#platform/net/retry-after.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import { signatureHeaders } from './signature.ts';

/** Where to send, and what to sign with. */
export interface Destination {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** What came of one try. */
export interface Attempt {
  readonly at: Date;
  readonly durationMs: number;
  readonly status: number | null;
  /** Null where it was delivered. Says nothing of what the receiver wrote. */
  readonly error: string | null;
  readonly retryAfterMs: number | null;
}

/** An answer's body says nothing to us; so much is read so that small ones end in good order. */
const maximumAnswerBytes = 4_096;

const readOff = async ({ body }: GuardedResponse): Promise<void> => {
  try {
    for await (const _ of body);
  } catch {
    // The status has been given: too long or broken off makes no difference.
  }
};

const describe = (error: unknown): string =>
  error instanceof FetchFailed || error instanceof FetchRefused
    ? error.message
    : `could not be sent: ${errorName(error)}`;

/** Sends signed events, one request each. Never throws: whatever goes wrong is the attempt's error. */
export class EventSender {
  readonly #fetch: GuardedFetch;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  /** @param timeoutMs for a whole try, from resolving the name on. 10 s unless given. */
  constructor({
    guardedFetch,
    clock,
    timeoutMs = 10_000,
  }: { readonly guardedFetch: GuardedFetch; readonly clock: Clock; readonly timeoutMs?: number }) {
    this.#fetch = guardedFetch;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** @param destination read only now, so that what is wrong with a stored secret is this try's error, too */
  async send(event: { readonly id: string }, destination: () => Destination): Promise<Attempt> {
    const now = this.#clock.now();
    const begun = performance.now();
    const attempt = (status: number | null, error: string | null, retryAfterMs: number | null = null): Attempt => ({
      at: new Date(now),
      durationMs: Math.round((performance.now() - begun) * 10) / 10,
      status,
      error,
      retryAfterMs,
    });
    try {
      const { url, secrets } = destination();
      const body = JSON.stringify(event);
      const response = await this.#fetch({
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...signatureHeaders(secrets, event.id, Math.floor(now / 1_000), body),
        },
        body,
        timeoutMs: this.#timeoutMs,
        maximumBytes: maximumAnswerBytes,
        maximumRedirects: 0,
      });
      await readOff(response);
      const { status, headers } = response;
      if (status >= 200 && status < 300) return attempt(status, null);
      const retryAfter = status === 429 || status === 503 ? readRetryAfter(headers['retry-after'], now) : null;
      return attempt(status, `the receiver answered ${status}`, retryAfter);
    } catch (error) {
      return attempt(null, describe(error));
    }
  }
}
