import { expect, test } from 'vitest';
import { atOnce, inSharedTurns, inTurns, type Steps } from '../../src/live/cooperative-task.ts';
import { validatedRow } from '../../src/dynamic/registry/validated-row.ts';
import { buildSnapshot, buildSteps } from '../../src/dynamic/registry/snapshot.ts';
import { verdictOf } from '../dynamic/registry/rows.ts';

function* counting(to: number): Steps<number> {
  for (let step = 0; step < to; step += 1) yield;
  return to;
}

test('work gives the same at once and in turns', async () => {
  expect(atOnce(counting(5))).toBe(5);
  expect(await inTurns(counting(5), () => 0)).toBe(5);
});

/** How often others had their turn while some work was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  const others = { turns: 0, on: true };
  const turn = (): void => {
    others.turns += 1;
    if (others.on) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  others.on = false;
  return others.turns;
}

test('work in turns lets others in whenever its time is over, and else goes on', async () => {
  let clock = 0;
  expect(await turnsDuring(() => inTurns(counting(50), () => 0))).toBe(0);
  expect(await turnsDuring(() => inTurns(counting(50), () => (clock += 3)))).toBeGreaterThanOrEqual(49);
});

test('one piece of shared work at a time has a turn, however many wait', async () => {
  const tasks = 20;
  let clock = 0;
  const together = (inAnyTurns: typeof inTurns, now: () => number) =>
    turnsDuring(() => Promise.all(Array.from({ length: tasks }, () => inAnyTurns(counting(5), now))));
  const slow = () => (clock += 3);
  expect(await together(inSharedTurns, () => 0)).toBeGreaterThanOrEqual(tasks - 1);
  expect(await together(inSharedTurns, slow)).toBeGreaterThanOrEqual(tasks * 5 - 1);
  // Each in turns of its own: everybody waits for all of them in each.
  expect(await together(inTurns, slow)).toBeLessThan(10);
});

test('shared work gives what it gives, in the order in which it was begun, and what it throws harms no other', async () => {
  const done: number[] = [];
  const failing = function* (): Steps<number> {
    yield;
    throw new Error('no such page');
  };
  const first = inSharedTurns(counting(1), () => 0).then((value) => done.push(value));
  const failed = inSharedTurns(failing(), () => 0);
  const last = inSharedTurns(counting(2), () => 0).then((value) => done.push(value));
  await expect(failed).rejects.toThrow('no such page');
  await Promise.all([first, last]);
  expect(done).toEqual([1, 2]);
});

test('a snapshot that is built in turns is the one that is built at once', async () => {
  const validated = Array.from({ length: 1_000 }, (_, index) => {
    const slug = `s-${index}`;
    const verdict = verdictOf(
      slug,
      index % 10 === 0 ? { api_endpoint_url: '/run/companies/demo/same/lookup' } : {},
    );
    return validatedRow(slug, verdict);
  });
  const past = { lastGood: () => null, currentOwner: () => undefined };
  let clock = 0;
  const inSteps = await inTurns(buildSteps('1', validated, past), () => (clock += 1));
  const whole = buildSnapshot('1', validated);
  expect(inSteps.entries).toEqual(whole.entries);
  expect(inSteps.counts).toEqual(whole.counts);
  expect([...inSteps.table.routes()]).toEqual([...whole.table.routes()]);
});
