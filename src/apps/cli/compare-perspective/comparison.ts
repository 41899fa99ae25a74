/** Scores of the same texts by Perspective and by us, pair by pair. */
export interface ScorePairs {
  readonly theirs: readonly number[];
  readonly ours: readonly number[];
}

/** Where shares are counted. */
export const sharePoints = [0.5, 0.7, 0.9] as const;
/** Bars of a distribution; the last holds 1 too. */
export const histogramBins = 20;

/** What the comparison of one attribute says. Shares are of the texts, 0..1. */
export interface Comparison {
  readonly texts: number;
  /** Spearman's rank correlation; null where either side has one value only. */
  readonly spearman: number | null;
  readonly means: { readonly theirs: number; readonly ours: number };
  readonly shares: readonly { readonly from: number; readonly theirs: number; readonly ours: number }[];
  /** Share of texts on the same side of 0.5. */
  readonly agreement: number;
  readonly histograms: { readonly theirs: readonly number[]; readonly ours: readonly number[] };
}

/** A threshold in use, and ours that flags as many. */
export interface MatchedThreshold {
  readonly theirs: number;
  /** Share of texts that the threshold flags at Perspective. */
  readonly share: number;
  /** The lowest of our scores to flag, to four places; null where it flagged nothing, and there is none to choose by. */
  readonly ours: number | null;
  /** Share that ours flags: not quite the same where scores are tied. */
  readonly ourShare: number;
  /** Share of texts that both flag, of those that either flags; null where neither flags any. */
  readonly overlap: number | null;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const shareFrom = (values: readonly number[], from: number): number =>
  values.filter((value) => value >= from).length / values.length;

/** Ranks from 1 on; tied values share the mean of theirs. */
const ranksOf = (values: readonly number[]): Float64Array => {
  const order = values.map((_, index) => index).toSorted((left, right) => values[left]! - values[right]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let index = from; index < to; index += 1) ranks[order[index]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
};

/** Spearman's rank correlation: Pearson's of the ranks. Null where one side does not vary. */
export const spearman = ({ theirs, ours }: ScorePairs): number | null => {
  const [left, right] = [ranksOf(theirs), ranksOf(ours)];
  const middle = (left.length + 1) / 2;
  let together = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (let index = 0; index < left.length; index += 1) {
    const [a, b] = [left[index]! - middle, right[index]! - middle];
    together += a * b;
    leftSquares += a * a;
    rightSquares += b * b;
  }
  return leftSquares === 0 || rightSquares === 0 ? null : together / Math.sqrt(leftSquares * rightSquares);
};

const histogramOf = (values: readonly number[]): number[] => {
  const counts = Array.from({ length: histogramBins }, () => 0);
  for (const value of values) counts[Math.min(histogramBins - 1, Math.floor(value * histogramBins))]! += 1;
  return counts;
};

/** Compares both sides' scores. At least one pair. */
export const compareScores = (pairs: ScorePairs): Comparison => {
  const { theirs, ours } = pairs;
  return {
    texts: theirs.length,
    spearman: spearman(pairs),
    means: { theirs: mean(theirs), ours: mean(ours) },
    shares: sharePoints.map((from) => ({ from, theirs: shareFrom(theirs, from), ours: shareFrom(ours, from) })),
    agreement: theirs.filter((value, index) => value >= 0.5 === ours[index]! >= 0.5).length / theirs.length,
    histograms: { theirs: histogramOf(theirs), ours: histogramOf(ours) },
  };
};

/** Our threshold that flags the same share of the texts as theirs, as nearly as tied scores allow. At least one pair. */
export const matchThreshold = ({ theirs, ours }: ScorePairs, threshold: number): MatchedThreshold => {
  const flagged = theirs.filter((value) => value >= threshold).length;
  const share = flagged / theirs.length;
  if (flagged === 0) return { theirs: threshold, share, ours: null, ourShare: 0, overlap: null };
  // Rounded down, so that the score that it was chosen by still reaches it.
  const matched = Math.floor(ours.toSorted((left, right) => right - left)[flagged - 1]! * 1e4) / 1e4;
  const both = theirs.filter((value, index) => value >= threshold && ours[index]! >= matched).length;
  const ourFlagged = ours.filter((value) => value >= matched).length;
  return {
    theirs: threshold,
    share,
    ours: matched,
    ourShare: ourFlagged / ours.length,
    overlap: both / (flagged + ourFlagged - both),
  };
};
