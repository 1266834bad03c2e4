import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const origin = 'https://app.example.com';
const preflight = {
  origin,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,x-api-key',
};
const json = { 'content-type': 'application/json' };

const corsOf = (headers: Readonly<Record<string, unknown>>) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

test('pages of other origins are let in nowhere by default', async () => {
  const rowgate = await startRowgate([echoRow()]);
  try {
    for (const [target, method] of [
      [path, 'OPTIONS'],
      [path, 'POST'],
      ['/openapi.json', 'GET'],
    ] as const) {
      const headers = method === 'OPTIONS' ? preflight : { ...json, origin };
      const response = await send(rowgate.url + target, {
        method,
        headers,
        body: method === 'POST' ? '{}' : '',
      });
      expect([target, corsOf(response.headers)]).toEqual([target, []]);
    }
  } finally {
    await rowgate.close();
  }
});

describe('with CORS_ORIGINS', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], { CORS_ORIGINS: `${origin}, http://localhost:5173` });
  });
  afterAll(() => rowgate.close());

  test('a preflight of a listed origin gets a response, and does not call the function', async () => {
    const response = await send(rowgate.url + path, { method: 'OPTIONS', headers: preflight });
    expect(response.status).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'content-type,x-api-key',
    });
    expect(response.headers['access-control-allow-methods']).toContain('POST');
    expect(rowgate.calls).toEqual([]);
  });

  test('a preflight comes without a key, and is told nothing of which routes there are', async () => {
    const keyed = await startRowgate([echoRow()], { AUTH: 'required', CORS_ORIGINS: origin });
    try {
      for (const target of [path, `${path}x`]) {
        const response = await send(keyed.url + target, { method: 'OPTIONS', headers: preflight });
        expect([response.status, response.body.byteLength, response.headers.allow]).toEqual([
          204,
          0,
          undefined,
        ]);
        expect(response.headers['access-control-allow-origin']).toBe(origin);
      }
    } finally {
      await keyed.close();
    }
  });

  test.each([
    ['a response of a function', path, 200],
    ['an error of ours', '/run/no/such/workflow/lookup', 404],
  ])(
    '%s may be read by a named origin, with our headers, and without credentials',
    async (_, target, status) => {
      const response = await send(rowgate.url + target, { headers: { ...json, origin }, body: '{}' });
      expect(response.status).toBe(status);
      expect(response.headers['access-control-allow-origin']).toBe(origin);
      expect(response.headers['access-control-expose-headers']?.toLowerCase()).toContain('x-request-id');
      expect(response.headers['access-control-allow-credentials']).toBeUndefined();
      expect(response.headers.vary?.toLowerCase()).toContain('origin');
    },
  );

  test('another origin is told nothing', async () => {
    const headers = { ...json, origin: 'https://evil.example' };
    const response = await send(rowgate.url + path, { headers, body: '{}' });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  });
});
