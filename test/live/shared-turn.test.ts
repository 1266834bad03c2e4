import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSharedTurn, turnMs } from '../../src/live/shared-turn.ts';

const spin = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

test('one of those who want the turn has it in each turn of the event loop, in the order in which they asked', async () => {
  const turn = createSharedTurn();
  const had: string[] = [];
  const want = async (name: string) => {
    await turn.take();
    had.push(name);
  };
  const all = Promise.all(['a', 'b', 'c'].map(want));
  await Promise.resolve();
  expect(had).toEqual(['a']);
  await nextTurn();
  expect(had).toEqual(['a', 'b']);
  await all;
  expect(had).toEqual(['a', 'b', 'c']);
});

test('there is time for short work until the turn is over or somebody waits', async () => {
  const turn = createSharedTurn();
  expect(turn.hasTime()).toBe(true);
  turn.claim();
  spin(turnMs);
  expect(turn.hasTime()).toBe(false);
  await nextTurn();
  await nextTurn();
  expect(turn.hasTime()).toBe(true);

  await turn.take();
  const next = turn.take();
  expect(turn.hasTime()).toBe(false);
  await next;
});

test('work that took too long leaves the next turn to others', async () => {
  const turn = createSharedTurn();
  turn.claim();
  const asked = turn.take();
  expect(await Promise.race([asked, Promise.resolve('waits')])).toBe('waits');
  await asked;
});
