import type { JudgeTier, JudgeWrite, judgeStates } from '#contracts/judge.ts';

/** A judge's endpoint with everything that is needed to ask it. `apiKey` is in the clear: it goes into no log, error or signal. */
export type JudgeEndpoint = Omit<JudgeWrite, 'apiKey'> & { readonly tier: JudgeTier; readonly apiKey: string | null };

export type ModelContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly type: 'image/jpeg' | 'image/webp'; readonly data: Uint8Array };

export interface ModelMessage {
  readonly role: 'system' | 'user';
  readonly content: readonly ModelContent[];
}

export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  /** JSON Schema (draft 2020-12, the subset that strict structured output takes) that the answer is held to where the server can. */
  readonly schema: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly maximumOutputTokens: number;
}

/**
 * Why there is no answer.
 * - `timeout`: not within the endpoint's time, retries included. `aborted`: the caller gave up.
 * - `rate_limited`: the server said 429, or said so a short while ago, or our own limit a minute is used up.
 * - `overloaded`: too many requests wait for this endpoint here.
 * - `capped`: the day's money is spent, or it cannot be known whether it is.
 * - `breaker_open`: the endpoint failed time and again and is left alone for a while.
 * - `refused`: the server does not want the request (4xx): a wrong key, an unknown model, a schema that it does not take.
 * - `unreachable`: no connection. `failed`: the server's fault (5xx). `redirected`: it points elsewhere, which is not followed.
 * - `invalid`: what came is no chat completion, is longer than allowed, or was cut off.
 */
export const modelFailures = [
  'timeout',
  'aborted',
  'rate_limited',
  'overloaded',
  'capped',
  'breaker_open',
  'refused',
  'unreachable',
  'failed',
  'redirected',
  'invalid',
] as const;
export type ModelFailure = (typeof modelFailures)[number];

export interface ModelUsage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** US dollars: from the tokens told, or the most that it can have cost where none were told. */
  readonly costUsd: number;
}

export type ModelResult =
  | { readonly ok: true; readonly text: string; readonly model: string; readonly usage: ModelUsage }
  | {
      readonly ok: false;
      readonly failure: ModelFailure;
      /** A sentence for the person who set the endpoint up. Quotes neither the request nor the key. */
      readonly message: string;
      /** The server's own words, shortened and without the key. For the person who tries the endpoint; it may quote the request. */
      readonly serverSaid?: string;
      readonly usage: ModelUsage;
    };

/** A language model behind an endpoint, with its limits of time, rate, concurrency and money kept. Never throws. */
export interface LanguageModel {
  readonly model: string;
  /** Whether the server holds an answer to the schema; otherwise the request has to describe it in words. */
  readonly keepsSchema: boolean;
  readonly takesImages: boolean;
  complete(request: ModelRequest, abort: AbortSignal): Promise<ModelResult>;
  readonly state: (typeof judgeStates)[number];
}

/** The day's money of one tier, shared by all processes. */
export interface SpendingCap {
  /**
   * Sets money aside before it is spent. Undefined where the cap would be passed, or cannot be read: then nothing may be spent. Otherwise
   * what to call once with the US dollars that were spent of it in the end.
   */
  take(usd: number, capUsd: number): Promise<((spentUsd: number) => void) | undefined>;
}

/** One question to a judge, for the record. No content. */
export interface JudgeCallRecord {
  readonly tier: JudgeTier;
  readonly model: string;
  readonly status:
    | 'ok'
    | 'cached'
    | 'abstained'
    | 'invalid'
    | 'timeout'
    | 'rate_limited'
    | 'capped'
    | 'breaker_open'
    | 'failed';
  readonly durationMs: number;
  readonly costUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
