import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const json = { 'content-type': 'application/json' };

describe('a gateway that asks for no key', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], {
      ALLOWED_HOSTS: 'gateway.example.com',
      CORS_ORIGINS: 'https://app.example.com',
    });
  });
  afterAll(() => rowgate.close());

  const ask = (headers: Record<string, string>, target = path) =>
    send(rowgate.url + target, { headers: { ...json, ...headers }, body: '{}' });

  test.each([
    [{ host: 'localhost' }],
    [{ host: 'gateway.example.com' }],
    [{ host: 'localhost', origin: 'http://localhost:5173' }],
    [{ host: 'localhost', origin: 'https://app.example.com' }],
  ])('serves %j', async (headers) => {
    expect((await ask(headers)).status).toBe(200);
  });

  test.each([
    [{ host: 'evil.example' }, 'host_not_allowed'],
    [{ host: 'localhost.evil.example' }, 'host_not_allowed'],
    [{ host: 'localhost', origin: 'https://evil.example' }, 'origin_not_allowed'],
    [{ host: 'localhost', origin: 'null' }, 'origin_not_allowed'],
  ])('refuses %j with 403, so that no site can have a browser call it', async (headers, code) => {
    rowgate.calls.length = 0;
    for (const target of [path, '/api/enrichment/workflows', '/'])
      expect(jsonOf(await ask(headers, target))).toMatchObject({ status: 403, code });
    expect(rowgate.calls).toEqual([]);
  });

  test('responds to probes under any host name', async () => {
    const probe = (target: string) =>
      send(rowgate.url + target, { method: 'GET', headers: { host: '10.1.2.3:3000' } });
    expect([(await probe('/healthz')).status, (await probe('/readyz')).status]).toEqual([200, 200]);
  });
});
