import { Histogram, Registry } from '@prometheus-io/client';
import { expect, it } from 'vitest';
import { createDurationHistogram } from '../../src/observability/duration-histogram.ts';

const name = 'demo_duration_seconds';
const help = 'How long it took.';
const buckets = [0.0005, 0.05, 1, 30];

it.each([
  ['none', []],
  ['some on the bounds, between them, above the last and 0', [0.5, 0, 0.6, 50, 999.5, 1_000, 31_000, 40.4]],
])('durations, %s, are shown as the client shows them', async (_, durations) => {
  const registry = new Registry();
  const client = new Histogram({ name, help, buckets, registers: [registry] });
  const own = createDurationHistogram(name, help, buckets);
  for (const milliseconds of durations) {
    client.observe(milliseconds / 1000);
    own.observe(milliseconds);
  }
  expect(`${own.text()}\n`).toBe(await registry.metrics());
});
