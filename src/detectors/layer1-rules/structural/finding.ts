import type { Span } from '#engine/text/text-view.ts';

/** Something about the shape of a text that speaks for spam. */
export interface Finding {
  /** Key of the signal's attributes. */
  readonly name:
    | 'repetition'
    | 'capitals'
    | 'exclamations'
    | 'emoji_flood'
    | 'character_flood'
    | 'mark_piles'
    | 'evasion';
  readonly label: string;
  /** Probability 0..1 of spam that it would mean on its own. */
  readonly weight: number;
  /** What the attribute says: a count or a share. */
  readonly value: number;
  /** Original UTF-16 offsets. */
  readonly spans: readonly Span[];
}

/** A straight line from `low` at `from` to `high` at `to`, level outside. */
export const between = (value: number, from: number, to: number, low: number, high: number): number =>
  low + (high - low) * Math.min(1, Math.max(0, (value - from) / (to - from)));
