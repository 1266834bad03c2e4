import { expect, test } from 'vitest';
import type { Samples } from '../../../scripts/bench/proxy/comparisons.ts';
import type { Sample } from '../../../scripts/bench/proxy/measure/sample.ts';
import { doubtAbout, noteOn } from '../../../scripts/bench/proxy/report/notes.ts';

const sample = (shares: Partial<Sample>): Sample => ({
  requests: 1,
  perSecond: 1,
  p50Ms: 1,
  p99Ms: 1,
  failed: 0,
  cpuMicros: 100,
  proxyShare: 0.98,
  foreignShare: 0,
  loadShare: 0.3,
  ...shares,
});

test('nothing is said of a proxy that used its core', () => {
  expect(noteOn([sample({})], 0.2)).toBe('');
});

test('a proxy that waited for load and functions is said to have', () => {
  expect(noteOn([sample({ proxyShare: 0.5, loadShare: 0.95 })], 0.3)).toBe(
    'used 50 % of its core; load and functions were the limit',
  );
  expect(noteOn([sample({ proxyShare: 0.5 })], 0.9)).toContain('load and functions were the limit');
});

test('a proxy whose core others used is said to have shared it', () => {
  const shared = sample({ proxyShare: 0.6, foreignShare: 0.4 });
  expect(noteOn([shared], 0.2)).toBe('used 60 % of its core; other programs used 40 % of it');
});

test('a run whose core others used is doubtful', () => {
  expect(doubtAbout(samplesOf(3, { foreignShare: 0.4 }))).toContain('40 %');
});

test('a run of two rounds is doubtful', () => {
  expect(doubtAbout(samplesOf(2, {}))).toContain('2 of 3 rounds');
});

test('three rounds on a quiet machine are not doubtful', () => {
  expect(doubtAbout(samplesOf(3, {}))).toBeNull();
  expect(doubtAbout(samplesOf(3, { proxyShare: null, foreignShare: null }))).toBeNull();
});

function samplesOf(rounds: number, shares: Partial<Sample>): Samples {
  return new Map([
    ['plain-small-64', new Map([['bare', Array.from({ length: rounds }, () => sample(shares))]])],
  ]);
}
