import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { ExternalScorer, ScorerContent, ScorerFailure, ScorerResult } from '#engine/ports/external-scorer.ts';
import type { Clock } from '#platform/clock.ts';
import { Gate } from '#platform/gate.ts';
import type { GuardedFetch } from '#platform/net/guarded-fetch.ts';
import { TokenBucket } from '#platform/token-bucket.ts';
import { type Attempt, askScorer } from './ask-scorer.ts';
import type { ScorerProtocol } from './scorer-protocol.ts';
import type { ScorerSettings } from './scorer-settings.ts';

export interface ExternalScorerDependencies {
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  /** Failures in a row after which the server is left alone; 5 unless given. */
  readonly breakAfter?: number;
  /** Milliseconds until it is tried again; 15 s unless given. */
  readonly halfOpenAfterMs?: number;
}

type Limits = Pick<ScorerSettings, 'timeoutMs' | 'concurrency' | 'requestsPerMinute' | 'costUsd'>;

/** Waiting questions for each that may be under way. */
const waitingPerPlace = 16;
const maximumAttempts = 2;
const pauseMs = 150;
/** A server may ask for more than that, but is tried again then. */
const longestLeftAloneMs = 3_600_000;
const passing: ReadonlySet<ScorerFailure> = new Set(['rate_limited', 'failed', 'unreachable']);
/** Nothing was computed, so nothing is charged. */
const free: ReadonlySet<ScorerFailure> = new Set(['rate_limited', 'failed', 'unreachable', 'redirected', 'refused']);

type Outcome = { readonly result: ScorerResult; readonly serverAtFault: boolean };

/**
 * A scorer behind an address. Tries once more what passes (429, 5xx, no connection) where the scorer's time allows; leaves a server alone
 * that asks for it or keeps failing.
 */
export const createExternalScorer = (
  protocol: ScorerProtocol,
  { timeoutMs, concurrency, requestsPerMinute, costUsd }: Limits,
  { fetch, clock, breakAfter = 5, halfOpenAfterMs = 15_000 }: ExternalScorerDependencies,
): ExternalScorer => {
  const gate = new Gate(concurrency, { maximumWaiting: concurrency * waitingPerPlace });
  const bucket = new TokenBucket(requestsPerMinute, clock.now());
  const breaker = circuitBreaker(
    handleWhenResult((outcome) => (outcome as Outcome).serverAtFault),
    { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(breakAfter) },
  );
  let leftAloneUntil = 0;

  const isLeftAlone = (): boolean => {
    const left = leftAloneUntil - clock.now();
    // Nobody is left alone for longer than that: the clock was set back.
    if (left > longestLeftAloneMs) leftAloneUntil = 0;
    return left > 0 && left <= longestLeftAloneMs;
  };
  const unavailable = (failure: ScorerFailure, message: string, spent = 0): ScorerResult => ({
    status: 'unavailable',
    failure,
    message,
    costUsd: spent,
  });
  const limited = (spent = 0): ScorerResult =>
    unavailable(
      'rate_limited',
      'The limit of requests is reached, here or at the server. It is tried again by itself.',
      spent,
    );
  const late = (spent = 0): ScorerResult =>
    unavailable('timeout', `No answer within ${timeoutMs} ms. Raise timeoutMs, or see why the server is slow.`, spent);

  const settle = (attempt: Attempt, spent: number, aborted: boolean): Outcome => {
    if (attempt.ok) return { result: { ...attempt.reading, costUsd: spent }, serverAtFault: false };
    // Given up by our own clock is the server's delay; by the caller it is nobody's fault.
    if (attempt.failure === 'aborted' && !aborted) return { result: late(spent), serverAtFault: true };
    const { failure, message, retryAfterMs, serverAtFault } = attempt;
    if (failure === 'rate_limited')
      leftAloneUntil = Math.max(leftAloneUntil, clock.now() + Math.min(retryAfterMs ?? 0, longestLeftAloneMs));
    return { result: failure === 'timeout' ? late(spent) : unavailable(failure, message, spent), serverAtFault };
  };

  const ask = async (
    content: ScorerContent,
    abort: AbortSignal,
    either: AbortSignal,
    until: number,
  ): Promise<Outcome> => {
    let spent = 0;
    for (let attempts = 1; ; attempts += 1) {
      if (isLeftAlone()) return { result: limited(spent), serverAtFault: false };
      const wait = bucket.take(clock.now(), until - clock.now());
      if (wait === 'too_long') return { result: limited(spent), serverAtFault: false };
      if (wait > 0) await pauseFor(wait, either);
      const now = clock.now();
      const attempt = await askScorer(protocol, content, {
        fetch,
        timeoutMs: Math.max(1, until - now),
        abort: either,
        now,
      });
      if (attempt.ok || !free.has(attempt.failure)) spent += costUsd;
      if (attempt.ok) return settle(attempt, spent, abort.aborted);
      const pause = Math.max(attempt.retryAfterMs ?? 0, pauseMs);
      const again = attempts < maximumAttempts && passing.has(attempt.failure) && clock.now() + pause < until;
      if (!again) return settle(attempt, spent, abort.aborted);
      await pauseFor(pause, either);
    }
  };

  return {
    async score(content, abort) {
      const until = clock.now() + timeoutMs;
      const either = AbortSignal.any([abort, AbortSignal.timeout(timeoutMs)]);
      const leave = await gate.enter(either);
      if (leave === 'aborted' && abort.aborted) return unavailable('aborted', 'The question was given up.');
      if (leave === 'full' || leave === 'aborted')
        return unavailable(
          'overloaded',
          'Too many questions wait for this scorer. Raise its concurrency if the server can take it.',
        );
      try {
        return (await breaker.execute(() => ask(content, abort, either, until))).result;
      } catch (error) {
        return error instanceof BrokenCircuitError
          ? unavailable('breaker_open', 'The server failed several times in a row and is left alone for a short while.')
          : unavailable('failed', 'The question could not be asked.');
      } finally {
        leave();
      }
    },
  };
};

const pauseFor = async (milliseconds: number, abort: AbortSignal): Promise<void> => {
  await sleep(milliseconds, undefined, { signal: abort }).catch(() => undefined);
};
