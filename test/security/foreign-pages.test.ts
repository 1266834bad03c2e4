import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send } from '../helpers/http.ts';
import { type MadeKey, makeKey } from '../helpers/keys.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { until } from '../helpers/until.ts';

const post = '/run/companies/demo/echo/lookup';
const get = '/run/companies/demo/getter/lookup';
const rows = [
  echoRow(),
  echoRow({
    workflow_slug: 'getter',
    api_endpoint_url: `GET ${get}`,
    modal_function_name: 'getter',
    modal_endpoint_url: 'https://demodata--app-getter.modal.run',
  }),
];
const listed = 'https://app.example.com';
const gateway = 'gateway.example.com';

type Headers = Readonly<Record<string, string>>;
/** What pages can request without a script's help, and what a script requests. */
const requests = [
  ['GET', get],
  ['POST', post],
  ['GET', '/api/enrichment/workflows'],
  ['GET', '/docs'],
] as const;

async function verdictOf(url: string, method: string, target: string, headers: Headers) {
  const response = await send(url + target, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: method === 'POST' ? '{}' : '',
  });
  const code = /"code":"(\w+)"/.exec(response.body.toString())?.[1];
  return response.status < 300 ? response.status : `${response.status} ${code}`;
}

describe('with AUTH=off', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate(rows, { ALLOWED_HOSTS: gateway, CORS_ORIGINS: listed });
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
    rowgate.observations.length = 0;
  });
  afterAll(() => rowgate.close());

  const verdicts = async (headers: Headers): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (const [method, target] of requests)
      all.push(await verdictOf(rowgate.url, method, target, { host: 'localhost', ...headers }));
    return all;
  };
  const foreignPage = '403 origin_not_allowed';
  const site = (value: string, mode: string, more: Headers = {}): Headers => ({
    'sec-fetch-site': value,
    'sec-fetch-mode': mode,
    ...more,
  });

  test.each([
    ['an image or a form of another site', site('cross-site', 'no-cors')],
    ['a script of another site, without an Origin', site('cross-site', 'cors')],
    ['a request of another site that names no mode', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another host of the same site', site('same-site', 'no-cors', { host: gateway })],
    ['a foreign page', { origin: 'https://evil.example' }],
    [
      'a foreign page that says it is of another site',
      site('cross-site', 'cors', { origin: 'https://evil.example' }),
    ],
    [
      'a foreign page that is of the same site',
      site('same-site', 'cors', { origin: 'https://evil.example.com' }),
    ],
    [
      'a foreign page that says it is our own',
      site('same-origin', 'cors', { origin: 'https://evil.example' }),
    ],
    ['a foreign page that says it is none', site('none', 'navigate', { origin: 'https://evil.example' })],
    ['a foreign form', site('cross-site', 'navigate', { origin: 'https://evil.example' })],
    ['a page without an origin', site('cross-site', 'navigate', { origin: 'null' })],
  ])('%s may request nothing, and calls nothing', async (_, headers) => {
    expect(await verdicts(headers)).toEqual(requests.map(() => foreignPage));
    expect(rowgate.calls).toEqual([]);
    const refused = rowgate.observations.filter(({ kind }) => kind === 'request_refused');
    expect(refused).toMatchObject(
      requests.map(([method]) => ({ kind: 'request_refused', method, code: 'origin_not_allowed' })),
    );
  });

  test.each([
    ['another site', site('cross-site', 'navigate')],
    ['another host of the same site', site('same-site', 'navigate', { host: gateway })],
  ])('a link on a page of %s leads to pages and listings, and to no call', async (_, headers) => {
    expect(await verdicts(headers)).toEqual([foreignPage, foreignPage, 200, 200]);
    expect(rowgate.calls).toEqual([]);
  });

  test.each([
    ['a page of its own', site('same-origin', 'cors')],
    ['a page of its own, under an allowed host', site('same-origin', 'cors', { host: gateway })],
    ['the address bar', site('none', 'navigate')],
    ['a local page on another port', site('same-site', 'no-cors')],
    ['a local page of another name', site('cross-site', 'cors', { origin: 'http://127.0.0.1:5173' })],
    ['a listed page', site('cross-site', 'cors', { origin: listed })],
    ['a listed page, under an allowed host', site('same-site', 'cors', { origin: listed, host: gateway })],
    ['a program', {}],
  ])('%s may request everything', async (_, headers) => {
    expect(await verdicts(headers)).toEqual([200, 200, 200, 200]);
    expect(rowgate.calls).toHaveLength(2);
  });

  test.each([
    ['its own page, as the browser sees it', site('same-origin', 'cors')],
    ['the address bar', site('none', 'navigate')],
    ['a listed page', { origin: listed }],
    ['a program', {}],
  ])('under a foreign Host (DNS rebinding), %s may request nothing', async (_, headers) => {
    expect(await verdicts({ ...headers, host: 'evil.example' })).toEqual(
      requests.map(() => '403 host_not_allowed'),
    );
    expect(rowgate.calls).toEqual([]);
  });

  test('probes are open to everybody', async () => {
    const headers = site('cross-site', 'no-cors', { host: 'evil.example' });
    for (const target of ['/healthz', '/readyz'])
      expect(await verdictOf(rowgate.url, 'GET', target, headers)).toBe(200);
  });

  test('an OPTIONS that is no preflight is a request like any other', async () => {
    const options = (target: string, headers: Headers) =>
      verdictOf(rowgate.url, 'OPTIONS', target, { host: 'localhost', ...headers });
    expect(await options('/nowhere', {})).toBe('404 not_found');
    expect(await options(post, {})).toBe(204);
    expect(await options(post, { host: 'evil.example' })).toBe('403 host_not_allowed');
    expect(await options(post, { origin: 'https://evil.example' })).toBe(foreignPage);
    expect(await options(post, site('cross-site', 'no-cors'))).toBe(foreignPage);
  });
});

describe('with AUTH=required and CORS_ORIGINS', () => {
  let rowgate: TestRowgate;
  let made: MadeKey;
  beforeAll(async () => {
    rowgate = await startRowgate(rows, { AUTH: 'required', CORS_ORIGINS: listed });
    made = await makeKey(rowgate.database.url, 'run:**,read');
    const headers = { 'x-api-key': made.key };
    await until(
      'the key is known',
      async () => (await verdictOf(rowgate.url, 'POST', post, headers)) === 200,
    );
  });
  afterAll(() => rowgate.close());

  const method = { 'access-control-request-method': 'POST' };
  const options = (target: string, headers: Headers) =>
    send(rowgate.url + target, { method: 'OPTIONS', headers, body: '' });

  test.each([
    ['of a listed origin', { origin: listed }, listed],
    ['of another origin, which is allowed nothing', { origin: 'https://evil.example' }, undefined],
    ['for a foreign Host', { origin: listed, host: 'evil.example' }, listed],
  ])('a preflight %s needs no key and says nothing of the path', async (_, headers, allowed) => {
    for (const target of [post, '/nowhere', '/metrics']) {
      const response = await options(target, { ...headers, ...method });
      expect([response.status, response.headers.allow]).toEqual([204, undefined]);
      expect(response.headers['access-control-allow-origin']).toBe(allowed);
    }
  });

  test.each([
    ['without an Origin or a method', {}],
    ['without a method', { origin: listed }],
    ['without an Origin', method],
    ['for a foreign Host', { host: 'evil.example' }],
  ])('an OPTIONS %s is no preflight, and needs a key', async (_, headers) => {
    for (const target of [post, '/nowhere', '/metrics']) {
      expect(await verdictOf(rowgate.url, 'OPTIONS', target, headers)).toBe('401 key_missing');
    }
    expect((await options(post, { 'x-api-key': made.key, ...headers })).headers.allow).toContain('POST');
  });

  test.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ])('the key decides, not %s', async (_, headers) => {
    expect(await verdictOf(rowgate.url, 'POST', post, headers)).toBe('401 key_missing');
    const withKey = { ...headers, 'x-api-key': made.key };
    expect(await verdictOf(rowgate.url, 'POST', post, withKey)).toBe(200);
  });
});
