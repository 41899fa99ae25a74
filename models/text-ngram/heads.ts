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

/** Heads that are policy categories; the others are attributes. */
export const CATEGORY_HEADS = ['hate_speech', 'harassment', 'sexual', 'violence', 'self_harm', 'spam'] as const;

export type CategoryHead = (typeof CATEGORY_HEADS)[number];
