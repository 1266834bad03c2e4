import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  createValidationPool,
  type ValidationPoolOptions,
} from '../../../../src/dynamic/contracts/worker/validation-pool.ts';

const body = Buffer.from('{}');
const filename = fileURLToPath(new URL('odd-worker.ts', import.meta.url));
const forever = 1_000_000;
const good = { kind: 'done', result: { kind: 'valid', changed: null } };

/** A pool of one thread, whose jobs do what they are told to. */
function startPool(options: Partial<ValidationPoolOptions> = {}) {
  const pool = createValidationPool({
    threads: 1,
    maxWaiting: 1,
    maxWaitingSmall: 1,
    maxWaitMs: forever,
    maxHeapMb: 64,
    timeLimitMs: () => forever,
    filename,
    ...options,
  });
  return {
    run: (title: string, signal = new AbortController().signal) =>
      pool.validate(
        { kind: 'request', schema: JSON.stringify({ title }), withDefaultMembers: false },
        body,
        signal,
      ),
    [Symbol.asyncDispose]: pool.close,
  };
}

describe('a thread that validates', () => {
  test.each(['exit', 'throw'])('and comes to an end (%s) fails its job alone', async (order) => {
    await using pool = startPool();
    expect(await pool.run(order)).toMatchObject({ kind: 'failed', cause: expect.any(Error) });
    expect(await pool.run('validate')).toEqual(good);
  });

  test('and runs out of memory tells of a body that is too complex, and is replaced', async () => {
    await using pool = startPool();
    expect(await pool.run('hoard')).toEqual({ kind: 'too_complex' });
    expect(await pool.run('validate')).toEqual(good);
  });

  test('and takes too long is ended, and replaced', async () => {
    await using pool = startPool({ timeLimitMs: () => 50 });
    expect(await pool.run('spin')).toEqual({ kind: 'too_complex' });
    await using other = startPool();
    expect(await other.run('validate')).toEqual(good);
  });

  test('is ended when nobody waits for its verdict any more', async () => {
    await using pool = startPool();
    const caller = new AbortController();
    const spinning = pool.run('spin', caller.signal);
    const next = pool.run('validate');
    caller.abort();
    await expect(spinning).rejects.toBe(caller.signal.reason);
    expect(await next).toEqual(good);
  });

  test('is ended with the pool, whatever it does', async () => {
    const pool = startPool();
    const spinning = pool.run('spin');
    // The thread has its job by then, or is starting.
    await pool[Symbol.asyncDispose]();
    expect(await spinning).toMatchObject({ kind: 'failed' });
  });
});

describe('a body for which no thread is free', () => {
  test('is not validated where too many wait', async () => {
    await using pool = startPool();
    const caller = new AbortController();
    const [spinning, waiting] = [pool.run('spin', caller.signal), pool.run('validate')];
    expect(await pool.run('validate')).toEqual({ kind: 'busy' });
    caller.abort();
    await expect(spinning).rejects.toBe(caller.signal.reason);
    expect(await waiting).toEqual(good);
  });

  test('waits for a while only', async () => {
    await using pool = startPool({ maxWaitMs: 1 });
    const caller = new AbortController();
    const spinning = pool.run('spin', caller.signal);
    expect(await pool.run('validate')).toEqual({ kind: 'busy' });
    caller.abort();
    await expect(spinning).rejects.toBe(caller.signal.reason);
  });

  test('leaves the line with its caller', async () => {
    await using pool = startPool();
    const [first, second] = [new AbortController(), new AbortController()];
    const spinning = pool.run('spin', first.signal);
    const waiting = pool.run('validate', second.signal);
    second.abort();
    await expect(waiting).rejects.toBe(second.signal.reason);
    const next = pool.run('validate');
    first.abort();
    await expect(spinning).rejects.toBe(first.signal.reason);
    expect(await next).toEqual(good);
  });
});
