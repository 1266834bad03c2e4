/** What is told of a list of measurements. All in the unit of the measurements. */
export type Distribution = Readonly<{ count: number; p50: number; p99: number; max: number }>;

export function distributionOf(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    p50: percentile(sorted, 50),
    p99: percentile(sorted, 99),
    max: percentile(sorted, 100),
  };
}

/** Nearest-rank percentile of sorted values: one that was measured, at or above the rank. NaN of nothing. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
