import { describe, expect, test } from 'vitest';
import { createConcurrencyLimits } from '../../../../src/dynamic/call/limits/concurrency.ts';

const never = new AbortController().signal;
const acquire = (
  limits: ReturnType<typeof createConcurrencyLimits>,
  limit: number,
  waitMs = 10_000,
  signal = never,
) => limits.acquire('echo', limit, waitMs, { signal, throwIfInterrupted: () => signal.throwIfAborted() });
/** Enough turns for everything that is going to happen without time passing. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a workflow with a limit', () => {
  test('has so many calls in flight, so many waiting, and refuses the rest at once', async () => {
    const limits = createConcurrencyLimits();
    await Promise.all([acquire(limits, 2), acquire(limits, 2)]);
    void acquire(limits, 2);
    void acquire(limits, 2);
    expect(await acquire(limits, 2)).toBeNull();
    expect(limits.states()).toEqual([{ slug: 'echo', limit: 2, inFlight: 2, waiting: 2 }]);
  });

  test('gives a free slot to who waits longest, and takes no memory when nobody is left', async () => {
    const limits = createConcurrencyLimits();
    const release = await acquire(limits, 1);
    const next = acquire(limits, 1);
    release?.();
    expect(limits.states()).toMatchObject([{ inFlight: 1, waiting: 0 }]);
    (await next)?.();
    expect(limits.states()).toEqual([]);
  });

  test('refuses who has waited in vain', async () => {
    const limits = createConcurrencyLimits();
    await acquire(limits, 1);
    expect(await acquire(limits, 1, 5)).toBeNull();
    expect(limits.states()).toMatchObject([{ inFlight: 1, waiting: 0 }]);
  });

  test('forgets who goes away while waiting, and gives the slot to the next', async () => {
    const limits = createConcurrencyLimits();
    const release = await acquire(limits, 2);
    await acquire(limits, 2);
    const caller = new AbortController();
    const gone = acquire(limits, 2, 10_000, caller.signal);
    const stays = acquire(limits, 2);
    caller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    release?.();
    expect(await stays).toBeTypeOf('function');
  });

  test('follows its row when the limit is lowered', async () => {
    const limits = createConcurrencyLimits();
    const releases = await Promise.all([acquire(limits, 3), acquire(limits, 3), acquire(limits, 3)]);
    let isServed = false;
    const waiting = async () => {
      await acquire(limits, 1);
      isServed = true;
    };
    void waiting();
    for (const release of releases.slice(0, 2)) release?.();
    await settled();
    expect(isServed).toBe(false);
    releases[2]?.();
    await settled();
    expect(isServed).toBe(true);
  });
});
