import { isCleared } from '../../src/detectors/layer2-text/classifier/cascade.ts';
import { logit, sigmoid } from './logistic-fit.ts';
import type { MeasuredText } from './measured.ts';
import type { Head } from './templates/index.ts';

/** Of the violating texts that the encoder sends on, at most so many may be cleared by the n-gram stage, by category. */
export const RECALL_LOSS_LIMIT = 0.005;
/** The search is held to less: unseen texts do a little worse. */
const SEARCHED_LOSS = 0.003;

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
): Record<string, { readonly lost: number; readonly positives: number; readonly share: number }> {
  return Object.fromEntries(
    heads.map((head) => {
      const positive = texts.filter(({ labels }) => labels[head] === 1);
      const lost = positive.filter((text) => flagged(text, head) && clears(limits, text)).length;
      return [head, { lost, positives: positive.length, share: positive.length === 0 ? 0 : lost / positive.length }];
    }),
  );
}

export function shareCleared(texts: readonly MeasuredText[], limits: ClearsBelow): number {
  return texts.filter((text) => clears(limits, text)).length / Math.max(1, texts.length);
}

/**
 * The highest limits under which no category loses more than it may: one step in logits above or below each head's own quantile of the texts
 * that must not be lost, the same for all heads, so that a text is cleared only where all heads are calm.
 */
export function chooseLimits(
  texts: readonly MeasuredText[],
  heads: readonly Head[],
  flagged: (text: MeasuredText, head: Head) => boolean,
): Record<string, number> {
  const start = new Map(
    heads.map((head) => {
      const scores = texts
        .filter((text) => text.labels[head] === 1 && flagged(text, head) && !text.disguised)
        .map(({ ngram }) => ngram[head] ?? 0)
        .sort((a, b) => a - b);
      return [head, logit(scores[Math.floor(scores.length * SEARCHED_LOSS)] ?? 0)];
    }),
  );
  const limitsAt = (shift: ReadonlyMap<Head, number>): Record<string, number> =>
    Object.fromEntries(
      heads.map((head) => [head, Math.round(sigmoid(start.get(head)! + shift.get(head)!) * 1e5) / 1e5]),
    );
  const harmless = texts.filter(({ labels }) => heads.every((head) => labels[head] !== 1));
  const shift = new Map<Head, number>(heads.map((head) => [head, 0]));
  let best = shareCleared(harmless, limitsAt(shift));
  // Rounds of raising one head after the other, as long as more harmless texts are cleared and nothing is lost for it.
  for (const step of [0.8, 0.4, 0.2, 0.1, 0.05]) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const head of heads) {
        const before = shift.get(head)!;
        shift.set(head, before + step);
        const limits = limitsAt(shift);
        const loss = recallLoss(texts, heads, limits, flagged);
        const share = shareCleared(harmless, limits);
        if (share > best && Object.values(loss).every((entry) => entry.share <= SEARCHED_LOSS)) {
          best = share;
          moved = true;
        } else shift.set(head, before);
      }
    }
  }
  return limitsAt(shift);
}
