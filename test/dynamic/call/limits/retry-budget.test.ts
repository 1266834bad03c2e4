import { expect, test } from 'vitest';
import { createRetryBudget } from '../../../../src/dynamic/call/limits/retry-budget.ts';

const host = 'demodata--app-echo.modal.run';

/** So many retries are granted to a function after so many calls within one second. */
function granted(calls: number): number {
  const budget = createRetryBudget(() => 5_000);
  for (let call = 0; call < calls; call += 1) budget.called(host);
  let count = 0;
  while (count < 1_000 && budget.take(host)) count += 1;
  return count;
}

test.each([
  [1, 2],
  [10, 2],
  [29, 2],
  [30, 3],
  [100, 10],
  [1_009, 100],
])('%i calls leave room for %i retries: a tenth, and two for the lone call', (calls, retries) => {
  expect(granted(calls)).toBe(retries);
});

test('calls and retries are forgotten after ten seconds', () => {
  let now = 0;
  const budget = createRetryBudget(() => now);
  for (let call = 0; call < 50; call += 1) budget.called(host);
  const take = (): number => [1, 2, 3, 4, 5, 6].filter(() => budget.take(host)).length;
  expect(take()).toBe(5);
  now = 9_000;
  expect(take()).toBe(0);
  now = 10_001;
  expect(take()).toBe(2);
});

test('a second that comes round again begins anew', () => {
  let now = 0;
  const budget = createRetryBudget(() => now);
  for (let call = 0; call < 50; call += 1) budget.called(host);
  now = 10_500;
  budget.called(host);
  expect([1, 2, 3].filter(() => budget.take(host))).toHaveLength(2);
});

test('functions that are called no more are forgotten, and begin anew', () => {
  let now = 0;
  const budget = createRetryBudget(() => now);
  while (budget.take(host));
  now = 30_000;
  budget.called('demodata--app-other.modal.run');
  expect(budget.take(host)).toBe(true);
});

test("one function's outage leaves the others theirs", () => {
  const budget = createRetryBudget(() => 0);
  while (budget.take(host));
  expect(budget.take('demodata--app-other.modal.run')).toBe(true);
});
