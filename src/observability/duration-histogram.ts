/** A histogram of durations, kept as plain counts. */
export type DurationHistogram = Readonly<{
  observe: (milliseconds: number) => void;
  /** In the Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), in seconds. */
  text: () => string;
}>;

/**
 * Creates a histogram without labels. The client library's own looks up its labels and the name of a bucket at each
 * observation: two of them took 1.4 µs per call, these take 0.05 (docs/decisions/0011).
 *
 * @param bounds upper bounds of the buckets in seconds, ascending.
 */
export function createDurationHistogram(
  name: string,
  help: string,
  bounds: readonly number[],
): DurationHistogram {
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;
  return {
    observe: (milliseconds) => {
      const seconds = milliseconds / 1000;
      sum += seconds;
      let bucket = 0;
      while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket += 1;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    },
    text: () => {
      let count = 0;
      const buckets = Array.from(counts, (inBucket, bucket) => {
        count += inBucket;
        return `${name}_bucket{le="${bounds[bucket] ?? '+Inf'}"} ${count}`;
      });
      const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...buckets];
      return [...lines, `${name}_sum ${sum}`, `${name}_count ${count}`].join('\n');
    },
  };
}
