import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Attempt, Failure } from '../../src/dynamic/attempt.ts';
import { createBreakers } from '../../src/dynamic/breakers.ts';

const host = 'demodata--app-echo.modal.run';
const openMs = 40;
const failed = (over: Partial<Failure> = {}): Failure => ({
  kind: 'failed',
  problem: { code: 'upstream_connection_lost', detail: '' },
  retry: 'never',
  retryAfterMs: null,
  tripsBreaker: true,
  ...over,
});
const answered: Attempt = {
  kind: 'answered',
  answer: {
    status: 500,
    headers: {},
    body: { chunks: [], size: 0, rest: null },
    isEventStream: false,
    isResult: false,
  },
};

function breakersWith() {
  const changes: string[] = [];
  const breakers = createBreakers({
    openMs,
    onChange: (_, state) => changes.push(state),
    now: () => performance.now(),
  });
  let made = 0;
  const call = (attempt: Attempt | Promise<Attempt>, at = host) =>
    breakers.guard(at, () => {
      made += 1;
      return Promise.resolve(attempt);
    });
  return { breakers, changes, call, made: () => made };
}

async function opened() {
  const made = breakersWith();
  for (let n = 0; n < 10; n += 1) await made.call(failed());
  return made;
}

describe('a breaker', () => {
  test('opens at the tenth failure in a row, and refuses without calling', async () => {
    const { breakers, changes, call, made } = breakersWith();
    for (let n = 0; n < 9; n += 1) await call(failed());
    expect(breakers.states()).toEqual([]);
    await call(failed());
    expect(changes).toEqual(['open']);
    expect(breakers.states()).toMatchObject([{ functionHost: host, state: 'open' }]);
    expect(await call(answered)).toMatchObject({
      kind: 'failed',
      retry: 'never',
      problem: { code: 'breaker_open', headers: { 'retry-after': '1' } },
    });
    expect(made()).toBe(10);
  });

  test.each([
    ['an answer of the function, of whatever status', answered],
    ['a failure that says nothing of its health', failed({ tripsBreaker: false })],
  ])('starts counting anew after %s', async (_, between) => {
    const { breakers, call } = breakersWith();
    for (let n = 0; n < 9; n += 1) await call(failed());
    await call(between);
    for (let n = 0; n < 9; n += 1) await call(failed());
    expect(breakers.states()).toEqual([]);
  });

  test('counts failures that come at once', async () => {
    const { call, changes } = breakersWith();
    await Promise.all(Array.from({ length: 20 }, () => call(failed())));
    expect(changes).toEqual(['open']);
  });

  test('is of one function only', async () => {
    const { call } = await opened();
    expect(await call(answered, 'demodata--app-other.modal.run')).toBe(answered);
  });

  test('lets one call through after a while, refuses others meanwhile, and closes when it is answered', async () => {
    const { breakers, changes, call } = await opened();
    await delay(openMs + 20);
    const { promise, resolve } = Promise.withResolvers<Attempt>();
    const trial = call(promise);
    expect(breakers.states()).toMatchObject([{ state: 'half_open', retryAfterMs: 0 }]);
    expect(await call(answered)).toMatchObject({ kind: 'failed', problem: { code: 'breaker_open' } });
    resolve(answered);
    expect(await trial).toBe(answered);
    expect([changes, breakers.states()]).toEqual([['open', 'closed'], []]);
    expect(await call(answered)).toBe(answered);
  });

  test('opens again when the call that it let through fails', async () => {
    const { changes, call } = await opened();
    await delay(openMs + 20);
    await call(failed());
    expect(changes).toEqual(['open', 'open']);
    expect(await call(answered)).toMatchObject({ problem: { code: 'breaker_open' } });
  });
});
