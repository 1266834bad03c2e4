import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import { isLarge } from '../../../src/dynamic/contracts/contract-size.ts';
import { createContracts } from '../../../src/dynamic/contracts/contracts.ts';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import type { Observation } from '../../../src/observability/observation.ts';
import type { TestRow } from '../../helpers/rows.ts';
import { routeOf } from '../call/calls.ts';
import { longestTurns, threadMs } from './turns.ts';

const observed: Observation[] = [];
const contracts = createContracts({
  observe: (observation) => observed.push(observation),
  now: () => performance.now(),
  nowDate: () => new Date(),
  // On a busy machine threads take long.
  threads: { timeLimitMs: () => 1_000_000, maxWaitMs: 1_000_000 },
});
const caller = { signal: new AbortController().signal };
const check = (requestSchema: JsonObject, body: string | null, row: TestRow = {}) =>
  // As if the row had been accepted with it.
  contracts.checkRequest(
    { ...routeOf(row), requestSchema },
    body === null ? null : Buffer.from(body),
    null,
    caller,
  );

const members = (count: number, schema: JsonObject): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, schema]));
const wide: JsonObject = { type: 'object', properties: members(600, { type: 'string' }) };

beforeAll(async () => {
  // Starts a thread.
  await check(wide, '{}');
});
afterAll(contracts.close);

describe('a contract is large', () => {
  test.each<[string, JsonObject]>([
    ['by its members', { properties: members(100, { type: 'string' }) }],
    ['by its patterns', { properties: members(50, { pattern: '^a' }) }],
    ['by the patterns of its members', { patternProperties: members(50, { type: 'string' }) }],
    ['by its definitions', { $defs: members(100, { type: 'string' }) }],
  ])('%s', (_, schema) => {
    expect(isLarge(schema)).toBe(true);
  });

  test('only beyond 33 members that may be null', () => {
    const nullable = { anyOf: [{ type: 'string' }, { type: 'null' }] };
    expect(isLarge({ properties: members(33, nullable) })).toBe(false);
    expect(isLarge({ properties: members(34, nullable) })).toBe(true);
  });

  test('only beyond 33 members with a pattern, each of which takes as long to compile as two schemas', () => {
    const patterned = { type: 'string', pattern: '^a' };
    expect(isLarge({ properties: members(33, patterned) })).toBe(false);
    expect(isLarge({ properties: members(34, patterned) })).toBe(true);
  });
});

describe('by a large contract', () => {
  test('bodies are validated as by any other, in a thread', async () => {
    const body = Buffer.from('{"m599":"x"}');
    const accepted = check(wide, body.toString());
    expect(accepted).toBeInstanceOf(Promise);
    expect(await accepted).toEqual({ ok: true, body, isJson: true });
    expect(await check(wide, '{"m599":1}')).toMatchObject({
      ok: false,
      problem: { code: 'invalid_request_body', errors: [{ pointer: '/m599' }] },
    });
    expect(await check(wide, '{"m599":')).toMatchObject({ ok: false, problem: { code: 'invalid_json' } });
  });

  test('a call without a body is validated as null, and passed on without one', async () => {
    expect(await check(wide, null)).toMatchObject({ ok: false, problem: { code: 'invalid_request_body' } });
    const { type: _, ...anything } = wide;
    expect(await check(anything, null)).toEqual({ ok: true, body: null, isJson: false });
  });

  test('violations are counted by member in mode report', async () => {
    const row = { workflow_slug: 'reported', contract_mode: 'report' };
    expect(await check(wide, '{"m1":1,"m2":2}', row)).toMatchObject({ ok: true, isJson: false });
    expect(contracts.state().reports).toMatchObject([
      { slug: 'reported', count: 1, places: [{ pointer: '/m1' }, { pointer: '/m2' }] },
    ]);
  });

  test('nothing is enforced if no thread can compile it, which is reported once', async () => {
    const row = { workflow_slug: 'impossible' };
    const schema = { ...wide, $ref: 'elsewhere' };
    observed.length = 0;
    for (let call = 0; call < 2; call += 1) {
      expect(await check(schema, '{"m1":1}', row)).toMatchObject({ ok: true, isJson: false });
    }
    expect(observed.map(({ kind }) => kind).toSorted()).toEqual([
      'contract_unusable',
      'request_unchecked',
      'request_unchecked',
    ]);
    expect(contracts.state().unusable).toEqual(['impossible']);
  });

  test('the event loop is free while the contract is compiled', async () => {
    let count = 0;
    const fresh = (): JsonObject => {
      count += 1;
      return { ...wide, title: `version ${count}` };
    };
    const before = threadMs();
    createContract(fresh());
    const onLoop = threadMs() - before;
    const longest = await longestTurns(async () => {
      await check(fresh(), '{"m1":1}');
    });
    expect(Math.min(...longest)).toBeLessThan(onLoop / 2);
  });
});
