import { expect, test } from 'vitest';
import { coresIn } from '../../../scripts/bench/proxy/cores.ts';
import { busyTicksOf, ticksIn } from '../../../scripts/bench/proxy/cpu-time.ts';

test('the name of a process may look like fields of its stat', () => {
  const stat = '7144 (a) b S 9 9) R 7141 7141 5024 0 -1 4194304 99 0 0 0 11 22 33 44 20 0 1 0 72127';
  expect(ticksIn(stat)).toEqual([11, 22, 33, 44]);
});

test('a core is busy with processes, not while it is idle, waits for disks or serves interrupts', () => {
  const stat = 'cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 1 2 4 1000 1000 8 16 1000 1000 0\ncpu1 32 0 0 5 5 0 0 0 0 0\n';
  expect(busyTicksOf(stat, [0])).toBe(7);
  expect(busyTicksOf(stat, [0, 1])).toBe(39);
});

test('cores are listed by ranges and one by one', () => {
  expect(coresIn('0-2,8')).toEqual([0, 1, 2, 8]);
  expect(coresIn('3')).toEqual([3]);
});
