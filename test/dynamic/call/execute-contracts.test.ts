import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { Script } from '../../helpers/scripted-function.ts';
import { callOf, routeOf, take } from './calls.ts';
import { settled } from './settled.ts';
import { chunksThen, sourceOf } from './sources.ts';
import { startCore } from './start-core.ts';

const schema = {
  type: 'object',
  required: ['domain'],
  properties: { domain: { type: 'string' }, limit: { type: 'integer', default: 10 } },
};
const good = Buffer.from('{ "domain": "example.com", "id": 1234567890123456789, "n": 1.0 }');
const bad = Buffer.from('{"domain":7}');
const echo: Script = async (_, response, request) => response.end(await buffer(request));
const rowOf = (contract_mode: string) => routeOf({ request_schema: schema, contract_mode });

describe('a body that does not match its contract', () => {
  test('is refused in mode enforce without a call of the function', async () => {
    await using started = await startCore(echo);
    const { core, fn } = started;
    const result = await core.execute(callOf(rowOf('enforce'), { body: bad }));
    if (result.kind !== 'problem') throw new Error('It is not refused.');
    expect(result.problem).toMatchObject({
      code: 'invalid_request_body',
      errors: [{ pointer: '/domain' }],
    });
    await take(result);
    expect(fn.calls()).toBe(0);
    expect(await settled(core)).toMatchObject([
      {
        events: 'started responded ended',
        outcome: 'refused',
        status: 422,
        attempts: 0,
        requestBytes: bad.byteLength,
        responseBytes: 0,
      },
    ]);
  });

  test.each([
    ['report', ['request_off_contract']],
    ['off', []],
  ])('goes through in mode %s as it is', async (mode, observed) => {
    await using started = await startCore(echo);
    const { core } = started;
    const result = await take(await core.execute(callOf(rowOf(mode), { body: bad })));
    expect(result).toMatchObject({ status: 200, body: bad.toString() });
    const kinds = core.observations.map(({ kind }) => kind).filter((kind) => kind.startsWith('request_'));
    expect(kinds).toEqual(observed);
    expect(await settled(core)).toMatchObject([{ outcome: 'whole', requestBytes: bad.byteLength }]);
  });
});

describe('a body with a contract', () => {
  test('reaches the function with every byte that its caller sent', async () => {
    await using started = await startCore(echo);
    const { core } = started;
    const { body } = await take(await core.execute(callOf(rowOf('enforce'), { body: good })));
    expect(body).toContain(good.toString().slice(1));
    expect(await settled(core)).toMatchObject([{ outcome: 'whole', requestBytes: good.byteLength }]);
  });

  test('is buffered whole, however large, before the function is called', async () => {
    await using started = await startCore(echo);
    const { core, fn } = started;
    const source = sourceOf(chunksThen(600, 1024));
    const result = await take(await core.execute(callOf(rowOf('enforce'), { body: source.body })));
    expect([result.body, source.taken(), fn.calls()]).toEqual(['invalid_json', 600, 0]);
    expect(await settled(core)).toMatchObject([{ status: 400, requestBytes: 600 * 1024 }]);
  });

  const compressed = ['Content-Encoding', 'gzip', 'content-type', 'application/json'];

  test('that is compressed goes through unread in mode report', async () => {
    await using started = await startCore(echo);
    const { core } = started;
    const call = callOf(rowOf('report'), { headers: compressed, body: bad });
    expect(await take(await core.execute(call))).toMatchObject({ status: 200 });
    expect(core.observations.map(({ kind }) => kind)).toContain('request_unchecked');
    expect(await settled(core)).toMatchObject([{ outcome: 'whole' }]);
  });

  test('that is compressed is refused in mode enforce, by the name of its coding', async () => {
    await using started = await startCore(echo);
    const { core, fn } = started;
    const result = await core.execute(callOf(rowOf('enforce'), { headers: compressed, body: good }));
    if (result.kind !== 'problem') throw new Error('It is not refused.');
    const { code, detail, headers } = result.problem;
    expect([code, headers]).toEqual(['content_encoding_unsupported', { 'accept-encoding': 'identity' }]);
    expect(detail).toContain('"gzip"');
    await take(result);
    expect(fn.calls()).toBe(0);
    expect(await settled(core)).toMatchObject([{ outcome: 'refused', status: 415 }]);
  });
});
