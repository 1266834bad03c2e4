import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { createContracts } from '../../../src/dynamic/contracts/contracts.ts';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { routeOf } from '../call/calls.ts';

const contracts = createContracts({
  observe: () => undefined,
  now: () => performance.now(),
  nowDate: () => new Date(),
  threads: { timeLimitMs: () => 1_000_000, maxWaitMs: 1_000_000 },
});
afterAll(contracts.close);
const caller = { signal: new AbortController().signal };
const lists: JsonObject = {
  type: 'object',
  properties: {
    ids: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { minimum: 0 } },
  },
};
const row = routeOf({ request_schema: lists });
const check = (body: string, route = row) => contracts.checkRequest(route, Buffer.from(body), null, caller);

/** How many of 20 bodies that arrive at the same moment are validated in each turn of the event loop, at most. */
async function mostInOneTurn(body: string): Promise<number> {
  // Compiles the contract.
  await check('{}');
  await nextTurn();
  const turns: number[] = [];
  let turn = 0;
  const all = Promise.all(
    Array.from({ length: 20 }, async () => {
      await check(body);
      turns[turn] = (turns[turn] ?? 0) + 1;
    }),
  ).then(() => true);
  while (!(await Promise.race([all, nextTurn(false)]))) turn += 1;
  return Math.max(...turns.filter((count) => count > 0));
}

describe('bodies that arrive at the same moment', () => {
  test('are validated in turns of their own if that takes long', async () => {
    expect(await mostInOneTurn(`{"sizes":[${'1,'.repeat(45_000)}1]}`)).toBeLessThan(10);
  });

  test('are all validated at once if they are small', async () => {
    expect(await mostInOneTurn('{"ids":["a"]}')).toBe(20);
  });
});

test('contracts that are needed at the same moment are compiled in turns of their own', async () => {
  let turn = 0;
  const compiledIn: number[] = [];
  const fresh = Array.from({ length: 8 }, (_, index) =>
    routeOf({ workflow_slug: `fresh-${index}`, request_schema: { ...lists, required: [`m${index}`] } }),
  );
  const all = Promise.all(
    fresh.map(async (route) => {
      await check('{}', route);
      compiledIn.push(turn);
    }),
  ).then(() => true);
  while (!(await Promise.race([all, nextTurn(false)]))) turn += 1;
  expect(new Set(compiledIn).size).toBeGreaterThanOrEqual(7);
});
