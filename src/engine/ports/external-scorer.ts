import type { Category } from '#contracts/category.ts';
import type { EncodedImage } from './image-sandbox.ts';

/** What a scorer outside is shown: one text, or one picture encoded anew without metadata. */
export type ScorerContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: EncodedImage };

/**
 * Why there is no score.
 * - `timeout`: not within the scorer's time, its second try included. `aborted`: the caller gave up.
 * - `rate_limited`: the server said 429, or said so a short while ago, or our own limit a minute is used up.
 * - `overloaded`: too many questions wait for this scorer here.
 * - `breaker_open`: it failed time and again and is left alone for a while.
 * - `refused`: the server does not want the request (4xx), or its address may not be reached from here.
 * - `unreachable`: no connection. `failed`: the server's fault (5xx). `redirected`: it points elsewhere, which is not followed.
 * - `invalid`: what came is not the answer that the configuration describes: no JSON, too long, a score that is missing, no number or outside 0..1.
 */
export type ScorerFailure =
  | 'timeout'
  | 'aborted'
  | 'rate_limited'
  | 'overloaded'
  | 'breaker_open'
  | 'refused'
  | 'unreachable'
  | 'failed'
  | 'redirected'
  | 'invalid';

export type ScorerResult = { /** US dollars, all tries together. */ readonly costUsd: number } & (
  | {
      readonly status: 'ok';
      /** 0..1; every category that the scorer judges is there. */
      readonly scores: Readonly<Record<Category, number>>;
      readonly attributes: Readonly<Record<string, number | string>>;
    }
  | { readonly status: 'not_applicable'; readonly reason: string }
  | {
      readonly status: 'unavailable';
      readonly failure: ScorerFailure;
      /** A sentence for the person who set the scorer up. Quotes neither content nor secrets, nor the server. */
      readonly message: string;
    }
);

/** A scorer behind an address, with its limits of time, rate and concurrency kept. Never throws. */
export interface ExternalScorer {
  score(content: ScorerContent, abort: AbortSignal): Promise<ScorerResult>;
}
