import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RawResponse, send } from '../../helpers/http.ts';
import { keysCommand, makeKey } from '../../helpers/keys.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { until } from '../../helpers/until.ts';

const run = '/run/companies/demo/echo/lookup';
/** What needs no key: nothing but what says that the process lives, what errors mean, and shells without data. */
const open = [
  '/',
  '/healthz',
  '/readyz',
  '/docs',
  '/docs/assets/start.js',
  '/redoc',
  '/.well-known/api-catalog',
  '/errors',
];

/** Other ways to write a path, by which a route might be reached and its check not. */
const spellings = (path: string): readonly string[] => [
  path,
  `${path}/`,
  `/${path}`,
  `${path}//`,
  path.toUpperCase(),
  path.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  path.replaceAll('/', '%2f').replace('%2f', '/'),
  `/x/..${path}`,
  `/.${path}`,
  `${path}?x=1`,
  `${path};x=1`,
  `${path}.json`,
  `${path}%00`,
  `/run/companies/../..${path}`,
  `/run/companies/%2e%2e/%2E%2E${path}`,
  `/docs/assets/..%2f..${path}`,
];

/** Spellings that a URL parser would rewrite; nothing is found at them, whoever asks. */
const isRewritten = (spelling: string): boolean => /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(spelling);

const scopeSets = [
  'run:companies/**',
  'read',
  'data:read',
  'registry:write',
  'runs:manage',
  'admin',
] as const;

describe('every route of the server', () => {
  let rowgate: TestRowgate;
  let keys: ReadonlyMap<string, string>;
  let routes: readonly (readonly [method: string, path: string])[];
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], { AUTH: 'required' });
    const { url } = rowgate.database;
    const made = await Promise.all(
      scopeSets.map(async (scope) => [scope, (await makeKey(url, scope)).key] as const),
    );
    const revoked = await makeKey(url, 'admin');
    await keysCommand(url, 'revoke', revoked.id);
    const expired = await makeKey(url, 'admin', '--expires', '1s');
    keys = new Map([...made, ['revoked', revoked.key], ['expired', expired.key], ['malformed', 'rowgate_x']]);
    await until('all keys are known', async () => (await ask('GET', '/metrics', 'admin')).status === 200);
    await until('one has expired', async () => (await ask('GET', '/metrics', 'expired')).status === 401);
    routes = rowgate.app
      .routes()
      .map(({ method, path }) => [
        method,
        path.replace('{slug}', 'echo').replace(':slug{.+}', 'echo').replace(':slug', 'echo'),
      ]);
  });
  afterAll(() => rowgate.close());

  const ask = (method: string, path: string, key?: string): Promise<RawResponse> =>
    send(rowgate.url, {
      method,
      path,
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'x-api-key': keys.get(key) ?? '' }),
      },
      body: method === 'GET' || method === 'HEAD' ? '' : '{}',
    });

  test('has an access rule: what has none is nowhere, for everybody', async () => {
    for (const [method, path] of routes) {
      if (path.includes('*') && path !== '/run/*') continue;
      const { status } = await ask(
        method === 'ALL' ? 'POST' : method,
        path === '/run/*' ? run : path,
        'admin',
      );
      expect([path, status]).not.toEqual([path, 404]);
    }
  });

  test('is walked here, those that no document names too', () => {
    const paths = new Set(routes.map(([, path]) => path));
    for (const path of [
      ...open,
      '/metrics',
      '/openapi.json',
      '/openapi.yaml',
      '/api/enrichment/status',
      '/run/*',
    ])
      expect(paths).toContain(path);
  });

  test.each([undefined, 'revoked', 'expired', 'malformed'])(
    'is shut, in every spelling, to a key that is %s',
    async (key) => {
      rowgate.calls.length = 0;
      for (const [method, path] of routes) {
        if (open.includes(path) || path.startsWith('/docs/')) continue;
        const target = path === '/run/*' ? run : path;
        for (const spelling of spellings(target)) {
          const { status } = await ask(method === 'ALL' ? 'POST' : method, spelling, key);
          expect([method, spelling, status]).toEqual([method, spelling, isRewritten(spelling) ? 404 : 401]);
        }
      }
      expect(rowgate.calls).toEqual([]);
    },
  );

  test.each(scopeSets)('is open to the scope %s as far as it goes, in every spelling', async (scope) => {
    for (const [method, path] of routes) {
      if (open.includes(path) || path.startsWith('/docs/')) continue;
      const isRun = path === '/run/*';
      const isCovered = scope === 'admin' || (isRun ? scope.startsWith('run:') : scope === 'read');
      for (const spelling of spellings(isRun ? run : path)) {
        const { status } = await ask(method === 'ALL' ? 'POST' : method, spelling, scope);
        const allowed =
          isCovered && !isRewritten(spelling) ? [200, 204, 400, 404, 405, 422] : [400, 403, 404];
        expect([method, spelling, status, allowed]).toEqual([
          method,
          spelling,
          status,
          expect.arrayContaining([status]),
        ]);
      }
    }
  });

  test('needs no key where there is nothing to protect', async () => {
    for (const path of open) {
      expect([path, (await ask('GET', path)).status]).toEqual([path, path === '/redoc' ? 302 : 200]);
    }
  });

  test('says where it refuses a key what that means, at a place that is open', async () => {
    const { type } = Object(JSON.parse((await ask('GET', '/metrics')).body.toString()));
    expect(type).toBe('/errors#key_missing');
    expect((await ask('GET', '/errors')).body.toString()).toContain('<dt id="key_missing">');
  });

  test('tells a preflight nothing where no other origin may call', async () => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
    for (const path of [run, `${run}x`]) {
      const response = await send(rowgate.url, { method: 'OPTIONS', path, headers });
      expect([path, response.status, response.headers.allow]).toEqual([path, 401, undefined]);
    }
  });

  test('tells one that is nearly right no more than one that is not', async () => {
    const good = keys.get('admin') ?? '';
    const near = good.slice(0, -1) + (good.endsWith('A') ? 'B' : 'A');
    const far = `rowgate_${'A'.repeat(43)}`;
    const [a, b] = await Promise.all(
      [near, far].map((key) =>
        send(rowgate.url, {
          method: 'GET',
          path: '/metrics',
          headers: { 'x-api-key': key, 'x-request-id': 'r' },
        }),
      ),
    );
    expect(a?.body.toString()).toBe(b?.body.toString());
    expect(a?.status).toBe(401);
  });
});
