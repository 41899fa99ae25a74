/** The value that a share of the sorted values does not exceed (nearest rank). NaN where there is none. */
export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted.length === 0
    ? Number.NaN
    : sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;

export const medianAndP99 = (values: Iterable<number>): { readonly medianMs: number; readonly p99Ms: number } => {
  const sorted = Float64Array.from(values).sort();
  return { medianMs: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
};
