import { describe, expect, test } from 'vitest';
import { CallClock, callerLeft, deadlinePassed } from '../../../src/dynamic/call/call-clock.ts';
import { until } from '../../helpers/until.ts';

const now = () => performance.now();
const stays = () => new AbortController().signal;

/** A clock that runs, and what interrupted the work under way. */
function started(timeoutMs: number, caller = stays(), clockNow = now) {
  const clock = new CallClock(timeoutMs, caller, clockNow);
  const reasons: Error[] = [];
  clock.onInterrupt({ abort: (reason) => reasons.push(reason) });
  clock.start();
  return { clock, reasons };
}

describe('the deadline of a call', () => {
  test('interrupts what is under way, once, and fires the signal', async () => {
    const { clock, reasons } = started(10);
    const { signal } = clock;
    await until('the deadline passes', () => clock.interruption === 'deadline');
    expect(reasons).toEqual([deadlinePassed]);
    expect(signal.reason).toBe(deadlinePassed);
    expect(clock.leftMs()).toBe(0);
    expect(() => clock.throwIfInterrupted()).toThrow(deadlinePassed);
  });

  test('interrupts at once what begins after it, and ends a wait', async () => {
    const { clock } = started(10);
    await expect(clock.delay(10_000)).rejects.toBe(deadlinePassed);
    const late: Error[] = [];
    clock.onInterrupt({ abort: (reason) => late.push(reason) });
    expect(late).toEqual([deadlinePassed]);
    expect(clock.signal.aborted).toBe(true);
  });

  test('does not pass once the call has ended', async () => {
    const { clock, reasons } = started(5);
    clock.stop();
    const other = started(10).clock;
    await until('a later deadline passes', () => other.interruption === 'deadline');
    expect([clock.interruption, reasons]).toEqual([null, []]);
  });
});

describe('a caller that leaves', () => {
  test('interrupts what is under way', () => {
    const caller = new AbortController();
    const { clock, reasons } = started(1_000, caller.signal);
    caller.abort();
    expect([clock.interruption, reasons]).toEqual(['abandoned', [callerLeft]]);
    expect(clock.signal.reason).toBe(callerLeft);
    clock.stop();
  });

  test('is known also where it left before the call began', () => {
    const { clock, reasons } = started(1_000, AbortSignal.abort());
    expect([clock.interruption, reasons]).toEqual(['abandoned', [callerLeft]]);
    clock.stop();
  });

  test('is not heard any more once the call has ended, or its response is on its way', () => {
    for (const end of [
      (clock: CallClock) => clock.stop(),
      (clock: CallClock) => clock.deliver({ abort: () => {} }, true),
    ]) {
      const caller = new AbortController();
      const { clock, reasons } = started(1_000, caller.signal);
      end(clock);
      caller.abort();
      expect([clock.interruption, reasons]).toEqual([null, []]);
      clock.stop();
    }
  });
});

describe('a response on its way', () => {
  /** A clock with a time of its own: its timers are real, what they find is not. */
  function delivering(isComplete: boolean) {
    const time = { ms: 0 };
    const { clock } = started(20, stays(), () => time.ms);
    const cuts: Error[] = [];
    clock.deliver({ abort: (reason) => cuts.push(reason) }, isComplete);
    return { clock, cuts, time };
  }

  test('that is still coming is cut at the deadline', async () => {
    const { clock, cuts, time } = delivering(false);
    time.ms = 20;
    await until('it is cut', () => cuts.length === 1);
    expect(cuts).toEqual([deadlinePassed]);
    clock.stop();
  });

  test('that is complete has as long again to be read', async () => {
    const { clock, cuts, time } = delivering(true);
    time.ms = 19;
    expect(clock.leftMs()).toBe(1);
    clock.deliver({ abort: (reason) => cuts.push(reason) }, true);
    expect(clock.leftMs()).toBe(20);
    time.ms = 39;
    await until('it is cut', () => cuts.length === 1);
    clock.stop();
  });

  test('that need not end goes on for as long as something comes', async () => {
    const { clock, cuts, time } = delivering(false);
    for (let events = 0; events < 10; events += 1) {
      time.ms += 19;
      clock.refresh();
      expect(clock.leftMs()).toBe(20);
    }
    expect(cuts).toEqual([]);
    time.ms += 20;
    await until('it is cut', () => cuts.length === 1);
    clock.stop();
  });
});
