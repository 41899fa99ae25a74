import type { Category } from '#contracts/category.ts';
import type { ItemContent, Part, PartKind, TrustTier } from '#contracts/item.ts';
import type { ImageFacts } from '#contracts/media.ts';
import type { Layer, Signal } from '#contracts/signal.ts';

/** Account facts known at the time of the decision. What is absent is unknown, never zero. */
export interface AccountFacts {
  readonly id: string;
  readonly tier: TrustTier;
  /** Milliseconds since the account was made, by the platform's word. */
  readonly ageMs?: number;
  readonly verified?: boolean;
  readonly followers?: number;
  /** Items seen here before, and how many of them a final decision removed. */
  readonly items?: number;
  readonly removed?: number;
}

/** A windowed count, or `null` where the counter could not be read. */
export type CounterValues = Readonly<Record<string, number | null>>;

/** What earlier, identical or near-identical content was found to be. */
export interface RepostFacts {
  /** A near-identical text that a person or a final effect removed. */
  readonly removed?: {
    readonly itemId: string;
    readonly categories: readonly Category[];
    readonly decidedBy: 'machine' | 'reviewer';
  };
}

/**
 * A media part's file as it is known before anything is detected: the facts of the file, or why there are none. `withheld` where an earlier
 * decision found it to be known abuse material (`exact`) or like some (`likeness`), whatever the hash banks say now.
 */
export type PartFile =
  | {
      readonly status: 'ok';
      readonly mediaId: string;
      readonly facts: ImageFacts;
      readonly withheld?: 'exact' | 'likeness';
    }
  | { readonly status: 'unavailable'; readonly reason: string };

/** Everything about the item beside the part at hand. All of it is plain data: a detector does no look-ups of its own. */
export interface DetectorContext {
  readonly item: ItemContent;
  readonly account: AccountFacts;
  readonly counters: CounterValues;
  readonly reposts: RepostFacts;
  /** Files of the media parts, by part id; absent where there are none. For a part without an entry detectors answer `unavailable`. */
  readonly files?: ReadonlyMap<string, PartFile>;
  /** Signals of the layers and waves before this one. */
  readonly signals: readonly Signal[];
  /** Milliseconds since the epoch, passed in so that detectors need no clock. */
  readonly now: number;
}

/** One part to judge. Item-scoped detectors get a single input without a part. */
export interface DetectorInput {
  readonly part?: Part;
  readonly context: DetectorContext;
}

/**
 * Something that looks at content and says what it finds.
 *
 * `detect` takes a batch and returns exactly one signal per input, in order. It honours the abort signal, never throws for bad
 * content (it answers `unavailable` with a reason), keeps scores within 0..1, points evidence inside the part, and lets no score
 * depend on its batch-mates (tolerance 0.002). `status: 'ok'` without a score for a category that it judges means "looked, found
 * nothing worth a number": it satisfies a policy's `requires`.
 */
export interface Detector {
  readonly id: string;
  readonly version: string;
  readonly layer: Layer;
  readonly scope: 'part' | 'item';
  readonly kinds: readonly PartKind[];
  readonly judges: readonly Category[];
  /** The same input always gives the same answer. */
  readonly deterministic: boolean;
  /** `content`: the signal of an identical part may be reused; `never`: it depends on more than the part. */
  readonly reuse: 'content' | 'never';
  /** Runs after the layer's other detectors, and sees their signals. */
  readonly needsSignals?: boolean;
  /** Content leaves this machine to be looked at. */
  readonly sendsOut?: boolean;
  readonly timeoutMs: number;
  /** Expected cost of one input, US dollars. */
  readonly costUsd: number;
  open?(): Promise<void>;
  close?(): Promise<void>;
  detect(inputs: readonly DetectorInput[], abort: AbortSignal): Promise<readonly Signal[]>;
}
