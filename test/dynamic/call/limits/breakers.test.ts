import { describe, expect, test } from 'vitest';
import type { Attempt, CallFailure } from '../../../../src/dynamic/call/call-result.ts';
import { createBreakers } from '../../../../src/dynamic/call/limits/breakers.ts';

const host = 'demodata--app-echo.modal.run';
const openMs = 5_000;
const failed = (over: Partial<CallFailure> = {}): CallFailure => ({
  kind: 'failure',
  problem: { code: 'upstream_connection_lost', detail: '' },
  retry: 'never',
  retryAfterMs: null,
  tripsBreaker: true,
  ...over,
});
const responded: Attempt = {
  kind: 'response',
  status: 500,
  headers: {},
  body: { kind: 'buffered', chunks: [], size: 0 },
  isEventStream: false,
  isResult: false,
};

function breakersWith() {
  const changes: string[] = [];
  let nowMs = 0;
  const breakers = createBreakers({ openMs, onChange: (_, state) => changes.push(state), now: () => nowMs });
  let made = 0;
  const call = async (attempt: Attempt | Promise<Attempt>, at = host): Promise<Attempt> => {
    const admission = breakers.admit(at);
    if (admission?.kind === 'failure') return admission;
    made += 1;
    try {
      const ended = await attempt;
      breakers.count(at, ended, admission);
      return ended;
    } catch (error) {
      breakers.withdraw(admission);
      throw error;
    }
  };
  /** A call that ends when a test says so. */
  const begin = () => {
    const { promise, resolve, reject } = Promise.withResolvers<Attempt>();
    return { call: call(promise), end: resolve, leave: () => reject(new Error('The caller is gone.')) };
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { breakers, changes, call, begin, pass, made: () => made };
}

async function opened() {
  const made = breakersWith();
  for (let n = 0; n < 10; n += 1) await made.call(failed());
  return made;
}

const refused = { kind: 'failure', problem: { code: 'breaker_open' } };
const refusedFor = (seconds: number) => ({ problem: { headers: { 'retry-after': String(seconds) } } });

describe('a breaker', () => {
  test('opens at the tenth failure in a row, and refuses without calling', async () => {
    const { breakers, changes, call, made } = breakersWith();
    for (let n = 0; n < 9; n += 1) await call(failed());
    expect(breakers.states()).toEqual([]);
    await call(failed());
    expect(changes).toEqual(['open']);
    expect(breakers.states()).toEqual([{ functionHost: host, state: 'open', retryAfterMs: openMs }]);
    expect(await call(responded)).toMatchObject({
      kind: 'failure',
      retry: 'never',
      tripsBreaker: false,
      problem: {
        code: 'breaker_open',
        headers: { 'retry-after': '5', 'proxy-status': 'rowgate; error=destination_unavailable' },
      },
    });
    expect(made()).toBe(10);
  });

  test.each([
    ['a response of the function, of whatever status', responded],
    ['a failure that says nothing of its health', failed({ tripsBreaker: false })],
  ])('starts counting anew after %s', async (_, between) => {
    const { breakers, call } = breakersWith();
    for (let n = 0; n < 9; n += 1) await call(failed());
    await call(between);
    for (let n = 0; n < 9; n += 1) await call(failed());
    expect(breakers.states()).toEqual([]);
  });

  test('counts anew after the response to a call that began before the failures', async () => {
    const { breakers, call, begin } = breakersWith();
    const early = begin();
    for (let n = 0; n < 9; n += 1) await call(failed());
    early.end(responded);
    await early.call;
    for (let n = 0; n < 9; n += 1) await call(failed());
    expect(breakers.states()).toEqual([]);
  });

  test('counts a caller that leaves as neither', async () => {
    const { changes, call, begin } = breakersWith();
    for (let n = 0; n < 9; n += 1) await call(failed());
    const left = begin();
    left.leave();
    await expect(left.call).rejects.toThrow('The caller is gone.');
    expect(changes).toEqual([]);
    await call(failed());
    expect(changes).toEqual(['open']);
  });

  test('counts failures that come at once', async () => {
    const { call, changes } = breakersWith();
    await Promise.all(Array.from({ length: 20 }, () => call(failed())));
    expect(changes).toEqual(['open']);
  });

  test('passes on as they are the failures of calls that were under way when it opened, a while later too', async () => {
    const { breakers, begin, pass, changes } = breakersWith();
    const calls = Array.from({ length: 40 }, begin);
    const failure = failed();
    for (const { call, end } of calls) {
      end(failure);
      expect(await call).toBe(failure);
      pass(100);
    }
    expect(changes).toEqual(['open']);
    expect(breakers.states()).toMatchObject([{ state: 'open', retryAfterMs: openMs - 3_100 }]);
  });

  test('is of one function only', async () => {
    const { call } = await opened();
    expect(await call(responded, 'demodata--app-other.modal.run')).toBe(responded);
  });
});

describe('a breaker that has been open for its time', () => {
  test('lets one call through, refuses others meanwhile, and closes when it has a response', async () => {
    const { breakers, changes, call, begin, pass } = await opened();
    pass(openMs - 1);
    expect(await call(responded)).toMatchObject(refusedFor(1));
    pass(1);
    expect(breakers.states()).toMatchObject([{ state: 'open', retryAfterMs: 0 }]);
    const probe = begin();
    expect(breakers.states()).toMatchObject([{ state: 'half_open', retryAfterMs: openMs }]);
    expect(await call(responded)).toMatchObject(refused);
    probe.end(responded);
    expect(await probe.call).toBe(responded);
    expect([changes, breakers.states()]).toEqual([['open', 'closed'], []]);
    expect(await call(responded)).toBe(responded);
  });

  test('opens again when the call that it let through fails, for as long', async () => {
    const { changes, call, begin, pass } = await opened();
    pass(openMs);
    const probe = begin();
    pass(2_000);
    probe.end(failed());
    await probe.call;
    expect(changes).toEqual(['open', 'open']);
    expect(await call(responded)).toMatchObject(refusedFor(5));
    pass(openMs);
    expect(await call(responded)).toBe(responded);
  });

  test('lets another call through at once where the caller of the first one leaves', async () => {
    const { breakers, changes, call, begin, pass } = await opened();
    pass(openMs);
    const probe = begin();
    probe.leave();
    await expect(probe.call).rejects.toThrow('The caller is gone.');
    expect(breakers.states()).toMatchObject([{ state: 'open', retryAfterMs: 0 }]);
    await call(failed());
    expect(await call(responded)).toMatchObject(refused);
    expect(changes).toEqual(['open', 'open']);
  });

  test('lets a further call through every so often while the first is under way, as Retry-After says', async () => {
    const { changes, call, begin, pass, made } = await opened();
    pass(openMs);
    const first = begin();
    pass(3_500);
    expect(await call(responded)).toMatchObject(refusedFor(2));
    pass(1_500);
    const second = begin();
    expect(made()).toBe(12);
    expect(await call(responded)).toMatchObject(refusedFor(5));
    first.end(responded);
    await first.call;
    expect(changes).toEqual(['open', 'closed']);
    second.end(failed());
    await second.call;
    expect(await call(responded)).toBe(responded);
  });

  test('closes at a response that comes after a later call has failed', async () => {
    const { changes, call, begin, pass } = await opened();
    pass(openMs);
    const slow = begin();
    pass(openMs);
    await call(failed());
    slow.end(responded);
    await slow.call;
    expect(changes).toEqual(['open', 'open', 'closed']);
  });

  test.each<readonly [string, (probe: { end: (made: Attempt) => void; leave: () => void }) => void]>([
    ['fails', ({ end }) => end(failed())],
    ['is left', ({ leave }) => leave()],
  ])('keeps to its rhythm when an old one of several calls %s', async (_, over) => {
    const { call, begin, pass } = await opened();
    pass(openMs);
    const old = begin();
    pass(openMs);
    begin();
    pass(4_000);
    over(old);
    await old.call.catch(() => undefined);
    expect(await call(responded)).toMatchObject(refusedFor(1));
    pass(1_000);
    expect(await call(responded)).toBe(responded);
  });
});
