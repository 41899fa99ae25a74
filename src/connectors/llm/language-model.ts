import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type {
  JudgeEndpoint,
  LanguageModel,
  ModelFailure,
  ModelRequest,
  ModelResult,
  SpendingCap,
} from '#engine/ports/language-model.ts';
import type { Clock } from '#platform/clock.ts';
import { Gate } from '#platform/gate.ts';
import { TokenBucket } from '#platform/token-bucket.ts';
import { type Attempt, attemptChat } from './chat-attempt.ts';
import { highestCost, usageOf } from './cost.ts';
import { sentenceFor } from './failure-sentences.ts';

export interface LanguageModelDependencies {
  readonly clock: Clock;
  readonly cap: SpendingCap;
  /** Failures in a row after which the endpoint is left alone; 5 unless given. */
  readonly breakAfter?: number;
  /** Milliseconds until it is tried again; 15 s unless given. */
  readonly halfOpenAfterMs?: number;
}

/** Waiting requests for each that may be under way. */
const waitingPerPlace = 16;
const maximumAttempts = 3;
const firstPauseMs = 250;
const longestPauseMs = 4_000;
/** How long a server that says 429 is left alone where it does not say how long: doubled each time, up to the second. */
const firstCoolDownMs = 2_000;
const longestCoolDownMs = 60_000;
/** A server may ask for more than that, but is tried again then. */
const longestRetryAfterMs = 3_600_000;

const passing: ReadonlySet<ModelFailure> = new Set(['rate_limited', 'failed', 'unreachable']);
/** Says something of the endpoint, not of this request or of us. */
const endpointAtFault: ReadonlySet<ModelFailure> = new Set([
  'timeout',
  'rate_limited',
  'failed',
  'unreachable',
  'redirected',
  'refused',
]);

/**
 * A language model behind an OpenAI-compatible endpoint. Retries what passes (429, 5xx, no connection) with growing pauses inside the
 * endpoint's time; leaves a server alone that asks for it or keeps failing; never spends money that was not set aside before.
 */
export const createLanguageModel = (
  endpoint: JudgeEndpoint,
  { clock, cap, breakAfter = 5, halfOpenAfterMs = 15_000 }: LanguageModelDependencies,
): LanguageModel => {
  const gate = new Gate(endpoint.concurrency, { maximumWaiting: endpoint.concurrency * waitingPerPlace });
  const bucket = new TokenBucket(endpoint.requestsPerMinute, clock.now());
  const breaker = circuitBreaker(
    handleWhenResult((result) => {
      const { ok, failure } = result as { ok: boolean; failure?: ModelFailure };
      return !ok && failure !== undefined && endpointAtFault.has(failure);
    }),
    { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(breakAfter) },
  );
  let leftAloneUntil = 0;
  let coolDownMs = firstCoolDownMs;
  const isLeftAlone = (): boolean => {
    const left = leftAloneUntil - clock.now();
    // Nobody is left alone for longer than that: the clock was set back.
    if (left > longestRetryAfterMs) leftAloneUntil = 0;
    return left > 0 && left <= longestRetryAfterMs;
  };

  const failed = (failure: ModelFailure, costUsd = 0, extra: { serverSaid?: string; status?: number | null } = {}) => {
    const { serverSaid, status = null } = extra;
    return {
      ok: false as const,
      failure,
      message: sentenceFor(failure, endpoint, status),
      ...(serverSaid === undefined ? {} : { serverSaid }),
      usage: { inputTokens: null, outputTokens: null, costUsd },
    };
  };

  const noteRateLimit = ({ retryAfterMs }: { readonly retryAfterMs: number | null }): void => {
    const pause = Math.min(retryAfterMs ?? coolDownMs, longestRetryAfterMs);
    if (retryAfterMs === null) coolDownMs = Math.min(coolDownMs * 2, longestCoolDownMs);
    leftAloneUntil = Math.max(leftAloneUntil, clock.now() + pause);
  };

  /** Money is set aside for each attempt by itself: one that failed may have been charged. */
  const paidAttempt = async (request: ModelRequest, abort: AbortSignal): Promise<Attempt | 'capped'> => {
    const { dailyCostUsd } = endpoint;
    const settle = dailyCostUsd === null ? () => {} : await cap.take(highestCost(endpoint, request), dailyCostUsd);
    if (settle === undefined) return 'capped';
    const attempt = await attemptChat(endpoint, request, abort, clock.now());
    settle(spentOn(attempt, request));
    return attempt;
  };

  const spentOn = (attempt: Attempt, request: ModelRequest): number => {
    if (!attempt.ok) {
      // Refused or never reached: nothing was computed. Otherwise nobody knows, and the most is assumed.
      const free = ['rate_limited', 'refused', 'unreachable', 'redirected'].includes(attempt.failure);
      if (free) return 0;
    }
    return usageOf(endpoint, request, attempt).costUsd;
  };

  const askWithRetries = async (request: ModelRequest, abort: AbortSignal, until: number): Promise<ModelResult> => {
    let pause = firstPauseMs;
    let spent = 0;
    for (let attempts = 1; ; attempts += 1) {
      if (isLeftAlone()) return failed('rate_limited', spent);
      const wait = bucket.take(clock.now(), until - clock.now());
      if (wait === 'too_long') return failed('rate_limited', spent);
      if (wait > 0) await pauseFor(wait, abort);
      if (abort.aborted) return failed('aborted', spent);
      const attempt = await paidAttempt(request, abort);
      if (attempt === 'capped') return failed('capped', spent);
      const usage = usageOf(endpoint, request, attempt);
      spent += spentOn(attempt, request);
      if (attempt.ok) {
        coolDownMs = firstCoolDownMs;
        return { ok: true, text: attempt.text, model: attempt.model, usage: { ...usage, costUsd: spent } };
      }
      const retryIn = Math.max(attempt.retryAfterMs ?? 0, pause * (0.75 + Math.random() / 2));
      const again = attempts < maximumAttempts && passing.has(attempt.failure) && clock.now() + retryIn < until;
      if (!again) {
        if (attempt.failure === 'rate_limited') noteRateLimit(attempt);
        return failed(attempt.failure, spent, attempt);
      }
      await pauseFor(retryIn, abort);
      pause = Math.min(pause * 2, longestPauseMs);
    }
  };

  /** Within the endpoint's own time; `aborted` by that clock is a timeout, by the caller it stays what it is. */
  const within = async (request: ModelRequest, abort: AbortSignal): Promise<ModelResult> => {
    const time = AbortSignal.timeout(endpoint.timeoutMs);
    const either = AbortSignal.any([abort, time]);
    const until = clock.now() + endpoint.timeoutMs;
    const leave = await gate.enter(either);
    if (leave === 'full') return failed('overloaded');
    if (leave === 'aborted') return failed(abort.aborted ? 'aborted' : 'overloaded');
    try {
      if (isLeftAlone()) return failed('rate_limited');
      return await breaker.execute(async () => {
        const result = await askWithRetries(request, either, until);
        return !result.ok && result.failure === 'aborted' && !abort.aborted
          ? failed('timeout', result.usage.costUsd)
          : result;
      });
    } catch (error) {
      return failed(error instanceof BrokenCircuitError ? 'breaker_open' : 'failed');
    } finally {
      leave();
    }
  };

  return {
    model: endpoint.model,
    keepsSchema: endpoint.structure === 'json_schema',
    takesImages: endpoint.images,
    complete: within,
    get state() {
      if (breaker.state === CircuitState.Closed) return 'closed';
      return breaker.state === CircuitState.HalfOpen ? 'half_open' : 'open';
    },
  };
};

const pauseFor = async (milliseconds: number, abort: AbortSignal): Promise<void> => {
  await sleep(milliseconds, undefined, { signal: abort }).catch(() => undefined);
};
