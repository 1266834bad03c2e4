import { TimeoutError } from 'p-timeout';
import { describe, expect, test } from 'vitest';
import { startDeadline } from '../../src/dynamic/deadline.ts';

const now = () => performance.now();
const forever = () => new Promise<never>(() => undefined);
const stays = () => new AbortController().signal;
const bytes = new Uint8Array(1);

describe('the deadline of a call', () => {
  test('ends the work, and tells all that is still at work', async () => {
    const deadline = startDeadline(10, stays(), now);
    await expect(deadline.within(forever)).rejects.toThrow(TimeoutError);
    expect(deadline.signal.reason).toBeInstanceOf(TimeoutError);
    deadline.end();
  });

  test('is one for all the work of the call', async () => {
    const deadline = startDeadline(100, stays(), now);
    await expect(deadline.within(() => Promise.resolve('first'))).resolves.toBe('first');
    await expect(deadline.within(forever)).rejects.toThrow(TimeoutError);
    // Timers may fire a moment before their time.
    expect(deadline.leftMs()).toBeLessThan(5);
  });

  test('is over for work that begins after it', async () => {
    let nowMs = 0;
    const deadline = startDeadline(100, stays(), () => nowMs);
    nowMs = 101;
    await expect(deadline.within(forever)).rejects.toThrow(TimeoutError);
    expect(deadline.signal.reason).toBeInstanceOf(TimeoutError);
  });

  test('passes on that the caller goes', () => {
    const caller = new AbortController();
    const deadline = startDeadline(1_000, caller.signal, now);
    caller.abort('gone');
    expect(deadline.signal.reason).toBe('gone');
  });

  test('does not call for a caller that has gone already', async () => {
    let isCalled = false;
    const work = () => {
      isCalled = true;
      return Promise.resolve();
    };
    await expect(startDeadline(1_000, AbortSignal.abort('gone'), now).within(work)).rejects.toBe('gone');
    expect(isCalled).toBe(false);
  });
});

describe('an answer that is still coming', () => {
  /** A rest of which each piece takes so long; it ends by the deadline only. */
  const slow = (everyMs: number, signal: AbortSignal): AsyncIterator<Uint8Array> => ({
    next: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve({ done: false, value: bytes }), everyMs);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
  });

  const piecesOf = async (timeoutMs: number, everyMs: number, isEventStream: boolean, most: number) => {
    const deadline = startDeadline(timeoutMs, stays(), now);
    const rest = deadline.watch(slow(everyMs, deadline.signal), isEventStream);
    let pieces = 0;
    try {
      while (pieces < most) {
        await rest?.next();
        pieces += 1;
      }
      return { pieces, error: null };
    } catch (error) {
      return { pieces, error };
    } finally {
      deadline.end();
    }
  };

  test('is cut at the deadline, however well it flows', async () => {
    expect(await piecesOf(100, 20, false, 50)).toMatchObject({ error: expect.any(TimeoutError) });
  });

  test('goes on beyond it where it is an event stream that flows', async () => {
    expect(await piecesOf(500, 20, true, 40)).toEqual({ pieces: 40, error: null });
  });

  test('is cut where it is an event stream that stalls', async () => {
    expect(await piecesOf(30, 10_000, true, 1)).toMatchObject({ pieces: 0, error: expect.any(TimeoutError) });
  });
});
