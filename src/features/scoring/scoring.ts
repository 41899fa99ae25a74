import type { Category } from '#contracts/category.ts';
import type { Part, PartKind } from '#contracts/item.ts';
import type { PartFile } from '#engine/ports/detector.ts';

/** One piece of content, to be looked at by layers 1 and 2 alone: nobody posted it, and nothing of it is kept. */
export interface ScoringRequest {
  readonly parts: readonly Part[];
  /** Files of the media parts, by part id. */
  readonly files?: ReadonlyMap<string, PartFile>;
  /** The language of the texts by the sender's word (BCP 47), where it was given. */
  readonly language?: string;
}

/**
 * What was found for one category or attribute.
 * - `ok`: looked at. - `not_assessed`: nothing here judges it. - `not_applicable`: the text is in a language that the model does not know.
 * - `unavailable`: what judges it could not answer; `probability` is then no answer either.
 */
export interface Score {
  readonly status: 'ok' | 'not_assessed' | 'not_applicable' | 'unavailable';
  /** Calibrated and fused, 0..1; 0 where the status is not `ok`. */
  readonly probability: number;
  /** The probability from which on acting is recommended (models/text/thresholds.json, docs/guides/operating-points.md). */
  readonly operatingPoint: number;
  /** The probability moved in logits so that the operating point is at 0.5: order is kept. */
  readonly aligned: number;
  /** Kinds of parts that a detector looked at for it. */
  readonly kinds: readonly PartKind[];
}

export interface ScoredContent {
  readonly categories: ReadonlyMap<Category, Score>;
  /** toxicity, severe_toxicity, insult, profanity, threat, identity_attack; texts only. */
  readonly attributes: ReadonlyMap<string, Score>;
  /** ISO 639-1 of the first text as it was identified; `und` where nothing can be said, null where there is no text. */
  readonly language: { readonly code: string; readonly reliable: boolean } | null;
}

/** Recommended operating points, as probabilities. */
export interface OperatingPoints {
  readonly categories: Readonly<Record<Category, number>>;
  readonly attributes: Readonly<Record<string, number>>;
}

/** Scores content without an account, a language model or any trace in the database. */
export interface ContentScorer {
  /** One answer per request, in order. Never rejects for bad content: what failed is `unavailable`. */
  score(requests: readonly ScoringRequest[], abort?: AbortSignal): Promise<readonly ScoredContent[]>;
}
