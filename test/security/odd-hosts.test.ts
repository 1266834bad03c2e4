import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { problemCodeIn, rawExchange, statusesIn } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';

const origin = 'https://app.example.com';
const run = '/run/companies/demo/echo/lookup';
/** Requests of routes of every kind: a probe, fixed routes, and a call of a workflow. */
const requests = [
  ['GET', '/healthz'],
  ['GET', '/api/enrichment/workflows?limit=1'],
  ['GET', '/docs'],
  ['POST', run],
] as const;

let rowgate: TestRowgate;
let sent = 0;
beforeAll(async () => {
  rowgate = await startRowgate([echoRow()], { CORS_ORIGINS: origin, ALLOWED_HOSTS: 'gateway.example' });
});
beforeEach(() => {
  rowgate.observations.length = 0;
});
afterAll(() => rowgate.close());

/** Sends a request with an id and an origin of its own. */
async function exchange(method: string, target: string, host: string) {
  const requestId = `odd-${(sent += 1)}`;
  const lines = [`host: ${host}`, `origin: ${origin}`, `x-request-id: ${requestId}`, 'connection: close'];
  const body = method === 'POST' ? ['content-length: 2', '', '{}'] : ['', ''];
  const responses = await rawExchange(
    rowgate.url,
    [`${method} ${target} HTTP/1.1`, ...lines, ...body].join('\r\n'),
  );
  const hasHeaders =
    responses.toLowerCase().includes(`x-request-id: ${requestId}\r\n`) &&
    responses.toLowerCase().includes(`access-control-allow-origin: ${origin}\r\n`);
  return { requestId, statuses: statusesIn(responses), code: problemCodeIn(responses), hasHeaders };
}

describe('a Host that RFC 3986 allows', () => {
  test.each([
    'localhost:',
    'LOCALHOST:3000',
    '127.0.0.1:',
    '[::1]',
    '[::1]:',
    'localhost:000080',
    'Gateway.example:',
    'gateway.example:65535',
  ])('%s is accepted for every route', async (host) => {
    for (const [method, target] of requests) {
      const { statuses, hasHeaders } = await exchange(method, target, host);
      expect([target, statuses, hasHeaders]).toEqual([target, [200], true]);
    }
  });

  test.each([
    'other.example:',
    'a_b',
    'a(b)',
    "o'a,b",
    'a%41',
    'a%41:80',
    'l%6fcalhost',
    '0x7f.1',
    '[::2]',
    '[::ffff:1.2.3.4]:80',
    '[::FFFF:1.2.3.4]',
  ])('%s is accepted for a probe, and refused by the gate alone for all others', async (host) => {
    const ids: string[] = [];
    for (const [method, target] of requests) {
      const { requestId, statuses, code, hasHeaders } = await exchange(method, target, host);
      const isProbe = target === '/healthz';
      const expected = isProbe ? [[200], undefined] : [[403], 'host_not_allowed'];
      expect([target, statuses, code, hasHeaders]).toEqual([target, ...expected, true]);
      if (!isProbe) ids.push(requestId);
    }
    expect(rowgate.observations).toMatchObject(
      ids.map((requestId) => ({ kind: 'request_refused', requestId })),
    );
  });
});

describe('a Host that is not one', () => {
  test.each([
    'gr\xf6\xdfe',
    'localhost\xad',
    'a"b',
    'a{b}',
    'a`b',
    'a|b',
    'a^b',
    'a<b',
    'a%zz',
    'a%2fb',
    'a%00b',
    '%',
    ':80',
    'localhost::80',
    'localhost:8_0',
    '[::1',
    '::1',
    '[::1]x',
    '[localhost]',
    '[::1%25eth0]',
    '[v1.x]',
    '[]',
    '127.0.0.256',
    'localhost:65536',
  ])('%s is refused for every route, in the log and readable for pages', async (host) => {
    for (const [method, target] of requests) {
      rowgate.observations.length = 0;
      const { requestId, statuses, code, hasHeaders } = await exchange(method, target, host);
      expect([target, statuses, code, hasHeaders]).toEqual([target, [400], 'invalid_request', true]);
      const [path] = target.split('?');
      expect(rowgate.observations).toMatchObject([
        { kind: 'request_refused', requestId, method, path, status: 400, code: 'invalid_request' },
      ]);
    }
  });
});

describe('a target in absolute form', () => {
  test.each([
    'http://localhost',
    'HTTP://localhost',
    'Https://LOCALHOST',
    'http://localhost:',
    'http://user:secret@localhost:3000',
    'HTTP://[::1]:80',
  ])('that begins with %s means the same as its path, for every route', async (prefix) => {
    for (const [method, target] of requests) {
      const { statuses, hasHeaders } = await exchange(method, prefix + target, 'other.example');
      expect([target, statuses, hasHeaders]).toEqual([target, [200], true]);
    }
    expect((await exchange('GET', prefix, 'localhost')).statuses).toEqual([200]);
    expect((await exchange('GET', `${prefix}?a="b"{c}|%zz`, 'localhost')).statuses).toEqual([200]);
  });

  test.each(['http://gr%zz', 'http://user@', 'http://localhost:65536', 'http://[::1%25a]'])(
    'that begins with %s has no host, which is said',
    async (prefix) => {
      for (const [method, target] of requests) {
        const { requestId, statuses, code, hasHeaders } = await exchange(
          method,
          prefix + target,
          'localhost',
        );
        expect([statuses, code, hasHeaders]).toEqual([[404], 'not_found', true]);
        expect(rowgate.observations.at(-1)).toMatchObject({ kind: 'request_refused', requestId });
      }
    },
  );

  test('shows no credentials of a target in the log, however it is refused', async () => {
    for (const target of ['http://user:secret@localhost/a#b', 'http://user:secret@localhost/a\\b'])
      expect((await exchange('GET', target, 'localhost')).statuses).toEqual([400]);
    expect(JSON.stringify(rowgate.observations)).not.toContain('secret');
  });
});

test.each([
  '/docs?a="b"',
  '/docs?a={b}',
  '/docs?%',
  '/docs?a=%ff',
  "/docs?'<>^`|",
  '/docs//?x',
  '//docs',
  '/docs?/../x',
])('a query or path of any characters reaches its route or none: %s', async (target) => {
  const { statuses, hasHeaders } = await exchange('GET', target, 'localhost:');
  expect(hasHeaders).toBe(true);
  expect(statuses[0] === 200 || statuses[0] === 404).toBe(true);
});
