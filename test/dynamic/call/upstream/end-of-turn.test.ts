import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atEndOfTurn } from '../../../../src/dynamic/call/end-of-turn.ts';

test('work is done together at the end of the turn, in order, and what it brings about after all of it', async () => {
  const done: string[] = [];
  const settle = async (name: string) => {
    await new Promise<void>((resolve) => {
      atEndOfTurn(() => {
        done.push(name);
        resolve();
      });
    });
    done.push(`after ${name}`);
  };
  const all = Promise.all([settle('a'), settle('b')]);
  await Promise.resolve();
  expect(done).toEqual([]);
  await all;
  expect(done).toEqual(['a', 'b', 'after a', 'after b']);
});

test('work that is added meanwhile waits for the next turn', async () => {
  const done: string[] = [];
  atEndOfTurn(() => {
    done.push('first');
    atEndOfTurn(() => done.push('second'));
  });
  await nextTurn();
  expect(done).toEqual(['first']);
  await nextTurn();
  expect(done).toEqual(['first', 'second']);
});
