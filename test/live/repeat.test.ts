import { expect, test } from 'vitest';
import { pauseAfter, repeat } from '../../src/live/repeat.ts';

test.each([
  ['a run that took no time', 0, 1_000],
  ['one that took some', 200, 800],
  ['one that took most of the interval', 900, 500],
  ['one that took longer', 7_000, 500],
])(
  'after %s, the pause is what is left of the interval, and half of it at least',
  (_run, tookMs, pauseMs) => {
    expect(pauseAfter(tookMs, 1_000)).toBe(pauseMs);
  },
);

test('never runs twice at once, and ends when it is aborted', async () => {
  const stop = new AbortController();
  let running = 0;
  let most = 0;
  let runs = 0;
  await repeat(
    async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      runs += 1;
      if (runs === 5) stop.abort();
    },
    { everyMs: 1, signal: stop.signal, now: () => performance.now() },
  );
  expect([runs, most]).toEqual([5, 1]);
});
