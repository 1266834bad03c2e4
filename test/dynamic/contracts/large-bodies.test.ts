import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/json-schema/json.ts';
import { createContract } from '../../../src/dynamic/contracts/compiled-contract.ts';
import { createContracts } from '../../../src/dynamic/contracts/contracts.ts';
import { maxLoopBytes } from '../../../src/dynamic/contracts/loop-share.ts';
import { checkBody } from '../../../src/dynamic/contracts/request-check.ts';
import type { TestRow } from '../../helpers/rows.ts';
import { routeOf } from '../call/calls.ts';
import { longestTurns, threadMs } from './turns.ts';

const contracts = createContracts({
  observe: () => undefined,
  now: () => performance.now(),
  nowDate: () => new Date(),
  // On a busy machine threads take long.
  threads: { timeLimitMs: () => 1_000_000 },
});
const caller = { signal: new AbortController().signal };
const check = async (schema: JsonObject, body: Uint8Array, more: TestRow = {}) =>
  contracts.checkRequest(routeOf({ request_schema: schema, ...more }), body, null, caller);

const bytes = 1024 * 1024;
const repeated = (text: string) => text.repeat(bytes / text.length);
const listOf = (items: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: { a: { type: 'array', items, ...more } },
});
const listBody = (items: number) => Buffer.from(`[${'1,'.repeat(items)}""]`);
const numbers = `{"a":[${repeated('1,')}1]}`;
const different = `{"a":[${Array.from({ length: bytes / 8 }, (_, index) => 1_000_000 + index).join(',')}]}`;

beforeAll(async () => {
  // Starts a thread.
  await check({}, Buffer.from(JSON.stringify('x'.repeat(200_000))));
});
afterAll(contracts.close);

describe('the event loop is free while it is found that', () => {
  test.each<[what: string, schema: JsonObject, body: string]>([
    [
      'numbers are what a contract wants',
      listOf({ anyOf: [{ type: 'string' }, { type: 'integer' }] }),
      numbers,
    ],
    ['numbers are not texts', listOf({ type: 'string' }), numbers],
    [
      'numbers are repeated',
      listOf({ anyOf: [{ type: 'string' }, { type: 'integer' }] }, { uniqueItems: true }),
      different,
    ],
    ['brackets are nested', listOf({ type: 'string' }), `{"x":${repeated('[')}${repeated(']')}}`],
    ['JSON ends too early', listOf({ type: 'string' }), numbers.slice(0, -1)],
  ])('%s', async (_, schema, text) => {
    const body = Buffer.from(text);
    const before = threadMs();
    const verdict = checkBody(createContract(schema), body, false);
    const onLoop = threadMs() - before;
    const longest = await longestTurns(async () => {
      const result = await check(schema, body);
      expect(result.ok).toBe(verdict.kind === 'valid');
    });
    expect(Math.min(...longest)).toBeLessThan(onLoop / 2);
  });

  test('a small body is too much work for its contract', async () => {
    const anyOf = Array.from({ length: 300 }, (_, maxLength) => ({ type: 'string', maxLength }));
    const schema = { type: 'array', items: { anyOf } };
    const route = routeOf({ request_schema: schema });
    const checkList = async (items: number) => contracts.checkRequest(route, listBody(items), null, caller);
    // Compiles the contract.
    await checkList(0);
    const longest = await longestTurns(async () => {
      const result = await checkList(45_000);
      expect(result).toMatchObject({ ok: false, problem: { code: 'invalid_request_body' } });
    });
    const contract = createContract(schema);
    checkBody(contract, listBody(0), false);
    const before = threadMs();
    checkBody(contract, listBody(45_000), false);
    expect(Math.min(...longest)).toBeLessThan((threadMs() - before) / 2);
  });
});

describe('a large body', () => {
  const schema = {
    type: 'object',
    properties: { text: { type: 'string' }, n: { type: 'number' }, limit: { default: 10 } },
  };
  const text = 'x'.repeat(200_000);

  test('gets the defaults of its contract where its row asks for them', async () => {
    const body = Buffer.from(`{ "text": "${text}", "n": 1.0 }`);
    expect(body.byteLength).toBeGreaterThan(maxLoopBytes);
    const result = await check(schema, body, { apply_defaults: true });
    if (!result.ok || result.body === null) throw new Error('It was refused.');
    expect(Buffer.from(result.body).toString()).toBe(`{"limit":10, "text": "${text}", "n": 1.0 }`);
  });

  test('gets none where its row does not ask for them', async () => {
    const body = Buffer.from(`{ "text": "${text}", "n": 1.0 }`);
    for (const more of [{}, { apply_defaults: false }]) {
      expect(await check(schema, body, more)).toEqual({ ok: true, body, isJson: true });
    }
  });

  test('that needs none is passed on itself', async () => {
    const body = Buffer.from(`{"text":"${text}","limit":1}`);
    expect(await check(schema, body, { apply_defaults: true })).toEqual({ ok: true, body, isJson: true });
  });

  test('that is no JSON is refused with the place of the error', async () => {
    expect(await check(schema, Buffer.from(`{"text":"${text}",}`))).toMatchObject({
      ok: false,
      problem: { code: 'invalid_json', extra: { place: { line: 1, column: 200_012 } } },
    });
  });
});
