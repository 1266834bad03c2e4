import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from '../../src/server/connections/turns.ts';

test('work that waits is started in order, two milliseconds at a time', async () => {
  let nowMs = 0;
  const started: number[] = [];
  const turns = createTurns(() => nowMs);
  for (let index = 0; index < 9; index += 1) {
    turns.add(() => {
      started.push(index);
      nowMs += 1;
    });
  }
  expect(started).toEqual([]);
  const startedByTurn: number[] = [];
  while (started.length < 9) {
    await nextTurn();
    startedByTurn.push(started.length);
  }
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [turn, count] of startedByTurn.entries())
    expect(count - (startedByTurn[turn - 1] ?? 0)).toBeLessThanOrEqual(2);
});

test('work that is added while others are started comes after them', async () => {
  const started: string[] = [];
  const turns = createTurns(() => 0);
  turns.add(() => {
    started.push('first');
    turns.add(() => started.push('third'));
  });
  turns.add(() => started.push('second'));
  while (started.length < 3) await nextTurn();
  expect(started).toEqual(['first', 'second', 'third']);
});
