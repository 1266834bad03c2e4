import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, type RawResponse, send } from '../../helpers/http.ts';
import { makeKey, type MadeKey } from '../../helpers/keys.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const run = '/run/companies/demo/echo/lookup';
const origin = 'https://app.example.com';

describe('a request that is refused', () => {
  let rowgate: TestRowgate;
  let caller: MadeKey;
  let reader: MadeKey;
  let hasty: MadeKey;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], { AUTH: 'required', CORS_ORIGINS: origin });
    const { url } = rowgate.database;
    caller = await makeKey(url, 'run:companies/**');
    reader = await makeKey(url, 'read');
    hasty = await makeKey(url, 'run:companies/**', '--rate', '1');
    await until('the keys are known', () => rowgate.app.keyCount() === 3);
  });
  afterAll(() => rowgate.close());

  const ask = (requestId: string, key: MadeKey | null, path = run, method = 'POST'): Promise<RawResponse> =>
    send(rowgate.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-request-id': requestId,
        origin,
        ...(key === null ? {} : { 'x-api-key': key.key }),
      },
      body: method === 'POST' ? '{}' : '',
    });

  const eventOf = (requestId: string) =>
    until(`${requestId} is reported`, () =>
      rowgate.observations.find((seen) => 'requestId' in seen && seen.requestId === requestId),
    );

  test.each([
    ['without a key', 401, 'key_missing', null, run],
    ['without the scope', 403, 'scope_missing', 'reader', run],
    ['at a path of no workflow', 404, 'route_not_found', 'caller', '/run/companies/demo/nowhere/lookup'],
    ['at a path of nothing', 404, 'not_found', 'caller', '/nothing'],
    ['by another method', 405, 'method_not_allowed', 'caller', run],
  ] as const)(
    '%s is reported as %i %s, with who asked, and may be read by pages',
    async (name, status, code, who, path) => {
      const key = who === null ? null : { caller, reader }[who];
      const requestId = name.replaceAll(' ', '-');
      const method = status === 405 ? 'DELETE' : 'POST';
      const response = await ask(requestId, key, path, method);
      expect(jsonOf(response)).toMatchObject({ status, code, request_id: requestId });
      expect(response.headers).toMatchObject({
        'x-request-id': requestId,
        'access-control-allow-origin': origin,
      });
      expect(await eventOf(requestId)).toEqual({
        kind: 'request_refused',
        requestId,
        method,
        path,
        status,
        code,
        keyId: key?.id ?? null,
        clientAddress: '127.0.0.1',
      });
    },
  );

  test('because its key makes too many is reported as 429 with that key', async () => {
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(`hasty-${index}`, hasty)),
    );
    const limited = responses.findIndex(({ status }) => status === 429);
    expect(await eventOf(`hasty-${limited}`)).toMatchObject({
      kind: 'request_refused',
      status: 429,
      code: 'rate_limited',
      keyId: hasty.id,
      clientAddress: '127.0.0.1',
    });
  });

  test('is none where it is an OPTIONS, which says what the row takes, to pages, too', async () => {
    const response = await ask('options', caller, run, 'OPTIONS');
    expect(response.status).toBe(204);
    expect(response.headers).toMatchObject({ allow: 'POST, OPTIONS', 'access-control-allow-origin': origin });
    expect(rowgate.observations.some((seen) => 'requestId' in seen && seen.requestId === 'options')).toBe(
      false,
    );
  });

  test('is none where it is a call: that has its own events, with the key and the address', async () => {
    const response = await ask('a-call', caller);
    expect(response.status).toBe(200);
    const reported = await until('the call has ended', () => {
      const events = rowgate.observations.filter(
        (seen) => 'requestId' in seen && seen.requestId === 'a-call',
      );
      return events.length === 3 && events;
    });
    expect(reported).toMatchObject([
      { kind: 'call_started' },
      { kind: 'call_responded', status: 200 },
      { kind: 'call_ended', outcome: 'whole', keyId: caller.id, clientAddress: '127.0.0.1' },
    ]);
  });
});
