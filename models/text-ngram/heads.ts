/** The outputs of the text classifier, in the order in which their weights are stored. */
export const HEADS = [
  'hate_speech',
  'harassment',
  'sexual',
  'violence',
  'self_harm',
  'spam',
  'toxicity',
  'profanity',
] as const;

export type Head = (typeof HEADS)[number];

/**
 * What the weights answer, in the order in which they are stored. "Concern" is whether any category is violated: no probability of anything
 * that a policy knows, but the cascade's question of whether to read on (`models/text`). It has no labels and no figures of its own.
 */
export const OUTPUTS = [...HEADS, 'concern'] as const;

/** Heads that are policy categories; the others are attributes. */
export const CATEGORY_HEADS = ['hate_speech', 'harassment', 'sexual', 'violence', 'self_harm', 'spam'] as const;

export type CategoryHead = (typeof CATEGORY_HEADS)[number];
