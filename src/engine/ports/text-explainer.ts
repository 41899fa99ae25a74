/** What a model scores a text for: a category of the policy, or an attribute beside them such as `insult`. */
export interface ExplainableLabel {
  readonly label: string;
  readonly kind: 'category' | 'attribute';
}

/** Words that a score rests on: UTF-16 offsets in the text as it was given, end exclusive, and the logits that they add to the raw score. */
export interface ExplainedSpan {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

export interface ExplainedLabel extends ExplainableLabel {
  /** Raw, before calibration: 0..1. */
  readonly score: number;
  /** Heaviest first, five at most; none where no word by itself moves the score. */
  readonly spans: readonly ExplainedSpan[];
}

/**
 * Why there is no explanation. `overloaded` and `timeout`: later may do. `aborted`: the caller gave up. `failed`: the model cannot be used, or
 * not for this text.
 */
export type ExplanationFailure = 'overloaded' | 'timeout' | 'aborted' | 'failed';

export type TextExplanation =
  | { readonly status: 'ok'; readonly language: string; readonly labels: readonly ExplainedLabel[] }
  /** The text is in a language that the model does not know. */
  | { readonly status: 'not_applicable'; readonly language: string }
  /** `message` is for whoever runs Tidegate; it quotes no content. */
  | { readonly status: 'unavailable'; readonly failure: ExplanationFailure; readonly message: string };

export interface TextToExplain {
  readonly text: string;
  /** Those of `labels` to explain, in any order; unless given those with a raw score of 0.3 or more, four at most. */
  readonly labels?: readonly string[];
}

/** Finds the words that a text model's scores rest on. It takes far longer than a score, and waits behind texts that are to be scored. */
export interface TextExplainer {
  /** The detector whose scores these are, and its version. */
  readonly detector: string;
  readonly version: string;
  readonly labels: readonly ExplainableLabel[];
  /**
   * Labels come back with the highest score first. Never throws for content or a model that fails.
   * @throws RangeError where a label is none of `labels`
   */
  explain(wanted: TextToExplain, abort: AbortSignal): Promise<TextExplanation>;
}
