import { expect, test } from 'vitest';
import { compared, cpuOfBare } from '../../../scripts/bench/proxy/comparisons.ts';
import type { Sample } from '../../../scripts/bench/proxy/measure/sample.ts';
import type { PeerName } from '../../../scripts/bench/proxy/peers/peers.ts';

function samplesOf(peers: Partial<Record<PeerName, readonly (number | null)[]>>) {
  const scenario = new Map<PeerName, readonly Sample[]>();
  for (const name of ['bare', 'rowgate'] as const) {
    scenario.set(
      name,
      (peers[name] ?? []).map((cpuMicros) => ({
        cpuMicros,
        requests: 1,
        perSecond: 1,
        p50Ms: 1,
        p99Ms: 1,
        failed: 0,
        proxyShare: null,
        foreignShare: null,
        loadShare: null,
      })),
    );
  }
  return new Map([['plain-small-64', scenario]]);
}

test('ratios are formed within a round, so a slow round disturbs none', () => {
  const samples = samplesOf({ bare: [100, 500, 100], rowgate: [120, 600, 120] });
  expect(compared(cpuOfBare('plain-small-64', 'rowgate'), samples)).toEqual({
    median: 1.2,
    low: 1.2,
    high: 1.2,
  });
});

test('what could not be measured is not compared', () => {
  const pair = cpuOfBare('plain-small-64', 'rowgate');
  expect(compared(pair, samplesOf({ bare: [100], rowgate: [null] }))).toBeNull();
  expect(compared(pair, samplesOf({ rowgate: [100] }))).toBeNull();
  expect(compared(pair, new Map())).toBeNull();
});
