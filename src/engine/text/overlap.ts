import type { Span } from './text-view.ts';

/** Those of `spans` that none of `covers` overlaps. Takes n log n steps, since a hostile text can hold thousands of both. */
export const withoutOverlapped = <One extends Span>(spans: readonly One[], covers: readonly Span[]): readonly One[] => {
  if (covers.length === 0) return spans;
  const sorted = [...covers].sort((one, other) => one.start - other.start);
  // With the furthest end so far beside each start, a look at the last cover that starts early enough decides.
  let furthest = 0;
  const reach = sorted.map(({ start, end }) => {
    furthest = Math.max(furthest, end);
    return { start, end: furthest };
  });
  return spans.filter((span) => {
    let low = 0;
    let high = reach.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reach[middle]!.start < span.end) low = middle + 1;
      else high = middle;
    }
    return low === 0 || reach[low - 1]!.end <= span.start;
  });
};
