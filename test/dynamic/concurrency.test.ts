import { describe, expect, test } from 'vitest';
import { createConcurrencyLimits } from '../../src/dynamic/concurrency.ts';

const never = new AbortController().signal;
const enter = (
  limits: ReturnType<typeof createConcurrencyLimits>,
  limit: number,
  waitMs = 10_000,
  signal = never,
) => limits.enter('echo', limit, waitMs, signal);
/** Enough turns for everything that is going to happen without time passing. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a workflow with a limit', () => {
  test('has so many calls in flight, so many waiting, and refuses the rest at once', async () => {
    const limits = createConcurrencyLimits();
    await Promise.all([enter(limits, 2), enter(limits, 2)]);
    void enter(limits, 2);
    void enter(limits, 2);
    expect(await enter(limits, 2)).toBeNull();
    expect(limits.states()).toEqual([{ slug: 'echo', limit: 2, inFlight: 2, waiting: 2 }]);
  });

  test('gives a free place to who waits longest, and takes no memory when nobody is left', async () => {
    const limits = createConcurrencyLimits();
    const leave = await enter(limits, 1);
    const next = enter(limits, 1);
    leave?.();
    expect(limits.states()).toMatchObject([{ inFlight: 1, waiting: 0 }]);
    (await next)?.();
    expect(limits.states()).toEqual([]);
  });

  test('refuses who has waited in vain', async () => {
    const limits = createConcurrencyLimits();
    await enter(limits, 1);
    expect(await enter(limits, 1, 5)).toBeNull();
    expect(limits.states()).toMatchObject([{ inFlight: 1, waiting: 0 }]);
  });

  test('forgets who goes away while waiting, and gives the place to the next', async () => {
    const limits = createConcurrencyLimits();
    const leave = await enter(limits, 2);
    await enter(limits, 2);
    const caller = new AbortController();
    const gone = enter(limits, 2, 10_000, caller.signal);
    const stays = enter(limits, 2);
    caller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    leave?.();
    expect(await stays).toBeTypeOf('function');
  });

  test('follows its row when the limit is lowered', async () => {
    const limits = createConcurrencyLimits();
    const leaves = await Promise.all([enter(limits, 3), enter(limits, 3), enter(limits, 3)]);
    let isServed = false;
    const waiting = async () => {
      await enter(limits, 1);
      isServed = true;
    };
    void waiting();
    for (const leave of leaves.slice(0, 2)) leave?.();
    await settled();
    expect(isServed).toBe(false);
    leaves[2]?.();
    await settled();
    expect(isServed).toBe(true);
  });
});
