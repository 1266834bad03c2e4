/** A summary of a list of measurements, in their unit. */
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

/** A median with its confidence interval. `low` and `high` are measurements. */
export type Median = Readonly<{ median: number; low: number; high: number }>;

/**
 * The median of independent measurements, and an interval that contains the true one with at least 95 % probability whatever
 * their distribution (order statistics and the binomial distribution). Fewer than six measurements do not suffice for that:
 * then it is all of their range.
 */
export function medianOf(values: readonly number[]): Median {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const cut = cutFor(count);
  const middle = (at(Math.ceil(count / 2) - 1) + at(Math.floor(count / 2))) / 2;
  return { median: middle, low: at(cut), high: at(count - 1 - cut) };
}

/** How many measurements at each end may be left out, so that what is outside has at most 5 % together. */
function cutFor(count: number): number {
  let outside = 0;
  let chance = 0.5 ** count;
  for (let cut = 0; cut < count / 2; cut += 1) {
    outside += chance;
    if (2 * outside > 0.05) return Math.max(0, cut - 1);
    chance *= (count - cut) / (cut + 1);
  }
  return 0;
}
