import { isCleared } from '../../src/detectors/layer2-text/classifier/cascade.ts';
import type { CategoryHead } from '../text-ngram/heads.ts';
import { sigmoid } from './logistic-fit.ts';
import type { MeasuredText } from './measured.ts';
import type { Head } from './templates/index.ts';

/** Of the violating texts that the encoder sends on, at most so many may be cleared by the n-gram stage, by category. */
export const RECALL_LOSS_LIMIT = 0.005;
/** The search is held to a little less. */
const SEARCHED_LOSS = 0.004;

const digits = (value: number): number => Math.round(value * 1e5) / 1e5;

export interface RecallLoss {
  readonly lost: number;
  readonly positives: number;
  readonly share: number;
}

type ClearsBelow = Readonly<Record<string, number>>;
const seenBy = ({ ngram }: MeasuredText): Map<string, number> => new Map(Object.entries(ngram));

function clears(limits: ClearsBelow, text: MeasuredText): boolean {
  return !text.disguised && isCleared({ clearsBelow: limits }, seenBy(text));
}

/** By head, the share of its positive texts that `flagged` says the encoder finds and that would be cleared before it. */
export function recallLoss(
  texts: readonly MeasuredText[],
  heads: readonly Head[],
  limits: ClearsBelow,
  flagged: (text: MeasuredText, head: Head) => boolean,
): Record<string, RecallLoss> {
  const cleared = texts.filter((text) => clears(limits, text));
  return Object.fromEntries(
    heads.map((head) => {
      const positives = texts.filter(({ labels }) => labels[head] === 1).length;
      const lost = cleared.filter((text) => text.labels[head] === 1 && flagged(text, head)).length;
      return [head, { lost, positives, share: positives === 0 ? 0 : lost / positives }];
    }),
  );
}

export function shareCleared(texts: readonly MeasuredText[], limits: ClearsBelow): number {
  return texts.filter((text) => clears(limits, text)).length / Math.max(1, texts.length);
}

/** Limits of concern that are tried: evenly spread in logits, from about 0.002 to 0.88. */
const TRIED = Array.from({ length: 81 }, (_, index) => sigmoid(-6 + index * 0.1));

/**
 * The limits that clear most harmless texts while no category loses more than it may. For each limit of concern, a category that would lose too
 * much gets a limit of its own: the score from which on as many of its texts are kept as have to be.
 */
export function chooseLimits(
  texts: readonly MeasuredText[],
  heads: readonly CategoryHead[],
  flagged: (text: MeasuredText, head: Head) => boolean,
): Record<string, number> {
  const harmless = texts.filter(({ own, labels }) => !own && heads.every((head) => labels[head] !== 1));
  const found = heads.map((head) => {
    const positive = texts.filter(({ labels }) => labels[head] === 1);
    return {
      head,
      spare: Math.floor(positive.length * SEARCHED_LOSS),
      calm: positive
        .filter((text) => !text.disguised && flagged(text, head))
        .map(({ ngram }) => ({ concern: ngram.concern ?? 1, own: ngram[head] ?? 1 }))
        .sort((a, b) => a.own - b.own),
    };
  });
  const limitsFor = (concern: number): Record<string, number> => ({
    concern: digits(concern),
    ...Object.fromEntries(
      found.flatMap(({ head, spare, calm }) => {
        const lost = calm.filter((text) => text.concern < concern);
        return lost.length > spare ? [[head, digits(lost[spare]!.own)] as const] : [];
      }),
    ),
  });
  const tried = TRIED.map(limitsFor).map((limits) => ({ limits, share: shareCleared(harmless, limits) }));
  return tried.reduce((best, next) => (next.share > best.share ? next : best)).limits;
}
