import { expect, test } from 'vitest';
import { atOnce, inTurns, type Steps } from '../../src/live/cooperative-task.ts';
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

test('work in turns lets others in whenever its time is over, and else goes on', async () => {
  const turnsDuring = async (work: () => Promise<unknown>): Promise<number> => {
    const others = { turns: 0, on: true };
    const turn = (): void => {
      others.turns += 1;
      if (others.on) setImmediate(turn);
    };
    setImmediate(turn);
    await work();
    others.on = false;
    return others.turns;
  };
  let clock = 0;
  expect(await turnsDuring(() => inTurns(counting(50), () => 0))).toBe(0);
  expect(await turnsDuring(() => inTurns(counting(50), () => (clock += 3)))).toBeGreaterThanOrEqual(49);
});

test('a snapshot that is built in turns is the one that is built at once', async () => {
  const judged = Array.from({ length: 1_000 }, (_, index) => {
    const slug = `s-${index}`;
    const verdict = verdictOf(
      slug,
      index % 10 === 0 ? { api_endpoint_url: '/run/companies/demo/same/lookup' } : {},
    );
    return validatedRow(slug, verdict);
  });
  const past = { lastGood: () => null, currentOwner: () => undefined };
  let clock = 0;
  const inSteps = await inTurns(buildSteps('1', judged, past), () => (clock += 1));
  const whole = buildSnapshot('1', judged);
  expect(inSteps.entries).toEqual(whole.entries);
  expect(inSteps.counts).toEqual(whole.counts);
  expect([...inSteps.table.routes()]).toEqual([...whole.table.routes()]);
});
