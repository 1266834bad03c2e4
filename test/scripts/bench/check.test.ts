import { expect, test } from 'vitest';
import { checked, type Verdict } from '../../../scripts/bench/proxy/report/check.ts';

const around = (median: number, spread = 0.02) => ({ median, low: median - spread, high: median + spread });

function verdictOn(
  name: string,
  measured: ReturnType<typeof around>,
  committed: number,
): Verdict | undefined {
  return checked({ kind: 'full', isDoubtful: false }, { [name]: measured }, { [name]: around(committed) })[0]
    ?.verdict;
}

test('CPU per request that grew by 16 % is worse', () => {
  expect(verdictOn('cpu', around(1.16), 1)).toBe('WORSE');
});

test('CPU per request that grew by 14 % is within the tolerance', () => {
  expect(verdictOn('cpu', around(1.14), 1)).toBe('ok');
});

test('CPU per request that fell is never worse', () => {
  expect(verdictOn('cpu', around(0.5), 1)).toBe('ok');
});

test('throughput is worse where it is less', () => {
  expect(verdictOn('throughput', around(0.8), 1)).toBe('WORSE');
  expect(verdictOn('throughput', around(1.5), 1)).toBe('ok');
});

test('a restless machine, on which some rounds reach the committed ratio, is no proof', () => {
  expect(verdictOn('cpu', around(1.3, 0.4), 1)).toBe('unsure');
});

test('a run that is in doubt proves nothing worse', () => {
  const [result] = checked({ kind: 'quick', isDoubtful: true }, { cpu: around(2) }, { cpu: around(1) });
  expect(result?.verdict).toBe('unsure');
});

test('latencies are not checked: they differ between machines', () => {
  expect(verdictOn('added-p99', around(5), 1)).toBeUndefined();
});

test('a ratio that only one side has is left out', () => {
  expect(checked({ kind: 'quick', isDoubtful: false }, { cpu: around(1) }, {})).toEqual([]);
  expect(checked({ kind: 'quick', isDoubtful: false }, {}, { cpu: around(1) })).toEqual([]);
});

test('a quick run is too short for throughput', () => {
  expect(
    checked({ kind: 'quick', isDoubtful: false }, { throughput: around(0.5) }, { throughput: around(1) }),
  ).toEqual([]);
});
