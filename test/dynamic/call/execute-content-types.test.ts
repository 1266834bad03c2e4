import { describe, expect, test } from 'vitest';
import type { Script } from '../../helpers/scripted-function.ts';
import { callOf, routeOf, take } from './calls.ts';
import { chunksThen, sourceOf } from './sources.ts';
import { startCore } from './start-core.ts';

const body = Buffer.from('{"a":"x"}');
const request_schema = { type: 'object', properties: { a: { type: 'string' } } };
/** The type that the function got. */
const typeSeen: Script = (_, response, request) => response.end(String(request.headers['content-type']));

async function typeOf(type: string | null, contract_mode: string, sent: Uint8Array | null = body) {
  await using started = await startCore(typeSeen);
  const headers = type === null ? ['x-a', '1'] : ['x-a', '1', 'Content-Type', type];
  const route = routeOf({ request_schema: sent === null ? {} : request_schema, contract_mode });
  return (await take(await started.core.execute(callOf(route, { headers, body: sent })))).body;
}

describe('a body that its contract accepts', () => {
  test.each([
    'application/x-www-form-urlencoded',
    'text/plain;charset=UTF-8',
    'text/json',
    'application/jsonp',
    '',
    null,
  ])('and that was sent as %s is sent on as application/json', async (type) => {
    expect(await typeOf(type, 'enforce')).toBe('application/json');
  });

  test.each(['application/json', 'application/JSON; charset=utf-8', 'application/vnd.api+json'])(
    'and that was sent as %s keeps its type',
    async (type) => {
      expect(await typeOf(type, 'enforce')).toBe(type);
    },
  );

  test.each(['report', 'off'])('keeps its type in mode %s', async (mode) => {
    expect(await typeOf('text/plain', mode)).toBe('text/plain');
  });

  test('and that is empty keeps its type', async () => {
    expect(await typeOf('text/plain', 'enforce', null)).toBe('text/plain');
  });
});

test.each([
  [10 * 1024 * 1024, 10 * 1024 * 1024 + 1, 'The body of 10.1 MiB is larger than the 10 MiB that'],
  [1_000, 2_000_000, 'The body of 2 MiB is larger than the 1000 bytes that'],
])('a body that is too large is refused in MiB', async (maxBodyBytes, announcedBytes, detail) => {
  await using started = await startCore(typeSeen, { maxBodyBytes });
  const { body: source } = sourceOf(chunksThen(1, 10));
  const result = await started.core.execute(callOf(routeOf(), { body: { ...source, announcedBytes } }));
  if (result.kind !== 'problem') throw new Error('It was accepted.');
  expect(result.problem.detail).toContain(detail);
  await take(result);
});
