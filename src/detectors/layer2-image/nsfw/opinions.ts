/** The first model's classes, in the order of its outputs (nsfw_classes.ts of nsfwjs). They sum to 1. */
export const firstClasses = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;
export type FirstOpinion = Readonly<Record<(typeof firstClasses)[number], number>>;

/** @throws Error where the model did not answer with five probabilities */
export const firstOpinion = (outputs: readonly number[]): FirstOpinion => {
  const [drawing, hentai, neutral, porn, sexy] = outputs;
  const valid = outputs.length === firstClasses.length && outputs.every((value) => value >= 0 && value <= 1.000_001);
  if (!valid) throw new Error('the first model did not give five probabilities');
  return { drawing: drawing!, hentai: hentai!, neutral: neutral!, porn: porn!, sexy: sexy! };
};

/** Second output of open_nsfw; the first is its complement. @throws Error where it is no probability */
export const secondOpinion = (outputs: readonly number[]): number => {
  const nsfw = outputs[1];
  if (outputs.length !== 2 || !(nsfw! >= 0 && nsfw! <= 1.000_001)) {
    throw new Error('the second model did not give two probabilities');
  }
  return nsfw!;
};

/**
 * How explicit the first model finds a frame: porn or hentai. "Sexy" is never a reason to act: clothed people at a party were called
 * that with up to 0.95, so it is an attribute only.
 */
export const explicitness = ({ porn, hentai }: FirstOpinion): number => Math.min(1, porn + hentai);

/** From here on, and below `AMBIGUOUS_TO`, the second model is asked. Below, frames are as good as never explicit to the first. */
const AMBIGUOUS_FROM = 0.1;
/** From here on the first model speaks alone. */
const AMBIGUOUS_TO = 0.95;

export const isAmbiguous = (explicit: number): boolean => explicit >= AMBIGUOUS_FROM && explicit < AMBIGUOUS_TO;

const LEAST = 1e-4;
const logit = (probability: number): number => {
  const inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
  return Math.log(inside / (1 - inside));
};

/** Both opinions weigh the same: the mean of their logits, as a probability. Each is kept within 0.0001 of the ends. */
export const combinedOpinion = (explicit: number, second: number): number =>
  1 / (1 + Math.exp(-(logit(explicit) + logit(second)) / 2));
