import { expect, test } from 'vitest';
import { send } from '../../helpers/http.ts';
import { makeKey } from '../../helpers/keys.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';

const origin = 'https://app.example.com';
const pathOf = (name: string): string => `/run/companies/demo/${name}/lookup`;

/** What browsers let every page read (Fetch standard), and what only they and caches use. */
const unneeded = new Set(
  [
    [
      'cache-control',
      'content-language',
      'content-length',
      'content-type',
      'expires',
      'last-modified',
      'pragma',
    ],
    ['connection', 'content-encoding', 'date', 'keep-alive', 'transfer-encoding', 'vary'],
    ['content-security-policy', 'referrer-policy', 'x-content-type-options'],
  ].flat(),
);

test('pages of a listed origin may read every header of every response that they can use', async () => {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(
    await startScriptedFunction((_call, response, request) => {
      request.resume();
      response.writeHead(200, {
        'modal-function-call-id': 'fc-1',
        sunset: 'Sat, 01 Jan 2028 00:00:00 GMT',
        etag: '"1"',
        link: '</next>; rel="next"',
        'content-disposition': 'attachment; filename="a.csv"',
      });
      response.end('{}');
    }),
  );
  const schema = { type: 'object', required: ['domain'] };
  const rowgate = await startRowgate(
    [
      echoRow({ deprecated_at: '2026-01-01T00:00:00Z' }),
      echoRow({ workflow_slug: 'strict', api_endpoint_url: pathOf('strict'), request_schema: schema }),
    ],
    { AUTH: 'required', CORS_ORIGINS: origin, UPSTREAM_CONNECT_TO: fn.origin },
  );
  opened.defer(rowgate.close);
  const { url } = rowgate.database;
  const { key } = await makeKey(url, 'run:**,read');
  const spent = (await makeKey(url, 'run:**', '--quota', '1')).key;
  const headersOf = async (
    status: number,
    method: string,
    target: string,
    sent: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> => {
    const response = await send(rowgate.url + target, {
      method,
      headers: { 'content-type': 'application/json', origin, 'x-api-key': key, ...sent },
      body: method === 'POST' ? '{}' : '',
    });
    expect([target, response.status]).toEqual([target, status]);
    const exposed = new Set(response.headers['access-control-expose-headers']?.split(','));
    const names = Object.keys(response.headers).filter(
      (name) => !unneeded.has(name) && !name.startsWith('access-control-'),
    );
    expect([target, names.filter((name) => !exposed.has(name))]).toEqual([target, []]);
    return names;
  };
  await until('the keys are known', async () => {
    const response = await send(rowgate.url + pathOf('echo'), {
      headers: { 'x-api-key': spent },
      body: '{}',
    });
    return response.status !== 401;
  });

  const seen = new Set(
    (
      await Promise.all([
        headersOf(200, 'POST', pathOf('echo')),
        headersOf(422, 'POST', pathOf('strict')),
        headersOf(415, 'POST', pathOf('strict'), { 'content-encoding': 'gzip' }),
        headersOf(405, 'GET', pathOf('echo')),
        headersOf(404, 'POST', pathOf('nobody')),
        headersOf(401, 'POST', pathOf('echo'), { 'x-api-key': 'nonsense' }),
        headersOf(403, 'GET', '/metrics', { 'x-api-key': spent }),
        headersOf(429, 'POST', pathOf('echo'), { 'x-api-key': spent }),
        headersOf(200, 'GET', '/'),
        headersOf(200, 'GET', '/openapi.json'),
        headersOf(200, 'GET', '/api/enrichment/workflows?limit=1'),
        headersOf(200, 'GET', '/api/enrichment/status'),
        headersOf(200, 'GET', '/healthz'),
        headersOf(405, 'DELETE', '/api/enrichment/status'),
        headersOf(400, 'GET', '/docs?a=\\b'),
      ])
    ).flat(),
  );
  const usual = ['allow', 'deprecation', 'etag', 'link', 'ratelimit', 'ratelimit-policy', 'retry-after'];
  const ours = ['server-timing', 'www-authenticate', 'x-registry-version', 'x-request-id', 'x-workflow'];
  const functions = ['content-disposition', 'modal-function-call-id', 'sunset', 'via'];
  expect([...seen]).toEqual(expect.arrayContaining([...usual, ...ours, ...functions]));
});
