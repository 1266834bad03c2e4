import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { rawExchange } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';

const origin = 'https://app.example.com';
const everyRequest = [
  ['GET', '/api/enrichment/workflows', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/openapi.yaml', 200],
  ['GET', '/openapi.json?tag=nope', 422],
  ['GET', '/', 200],
  ['GET', '/docs', 200],
  ['GET', '/errors', 200],
  ['GET', '/healthz', 200],
  ['GET', '/readyz', 200],
  ['GET', '/metrics', 200],
  ['HEAD', '/openapi.json', 200],
  ['GET', '/api/enrichment/status', 200],
  ['GET', '/api/enrichment/audit', 200],
  ['GET', '/api/enrichment/workflows/nobody', 404],
  ['GET', '/api/enrichment/workflows?limit=no', 422],
  ['DELETE', '/api/enrichment/workflows', 405],
  ['POST', '/api/enrichment/registry/wait?version=x', 422],
  ['GET', '/nowhere', 404],
  ['GET', '/run/companies/demo/nobody/lookup', 404],
  ['GET', '/run/companies/demo/echo/lookup', 405],
  ['OPTIONS', '/run/companies/demo/echo/lookup', 204],
  ['GET', '/run/a/../b', 404],
] as const;

/** What the response depends on besides the origin. */
const ownVary: Readonly<Record<string, readonly string[]>> = {
  '/openapi.json': ['accept-encoding'],
  '/': ['accept'],
};

describe.each([
  ['an origin that is listed', origin, origin, origin],
  ['any origin', '*', origin, '*'],
  ['a request without an origin', origin, null, undefined],
])('fixed routes with CORS_ORIGINS, for %s', (_, listed, from, allowed) => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], { CORS_ORIGINS: listed });
  });
  afterAll(() => rowgate.close());

  const linesOf = async (method: string, target: string) => {
    const response = await rawExchange(
      rowgate.url,
      `${method} ${target} HTTP/1.1\r\nhost: localhost\r\n${from === null ? '' : `origin: ${from}\r\n`}connection: close\r\n\r\n`,
    );
    const [head = ''] = response.split('\r\n\r\n');
    const [status = '', ...lines] = head.split('\r\n');
    const headers = Map.groupBy(
      lines.map((line) => line.split(/: (.*)/)),
      ([name = '']) => name.toLowerCase(),
    );
    return { status: Number(status.split(' ')[1]), headers };
  };

  test.each(everyRequest)('%s %s (%i) has each header once', async (method, target, status) => {
    const { status: received, headers } = await linesOf(method, target);
    expect(received).toBe(status);
    const repeated = [...headers].filter(([, lines]) => lines.length > 1).map(([name]) => name);
    expect(repeated).toEqual([]);
    const valueOf = (name: string) => headers.get(name)?.[0]?.[1];
    expect(valueOf('access-control-allow-origin')).toBe(allowed);
    expect(valueOf('access-control-expose-headers')).toContain('x-request-id');
    expect(valueOf('x-request-id')).toBeDefined();
    const vary = (valueOf('vary') ?? '').split(', ').map((name) => name.toLowerCase());
    expect(vary.filter((name) => name === 'origin')).toHaveLength(listed === '*' ? 0 : 1);
    expect(vary).toEqual(expect.arrayContaining([...(ownVary[target] ?? [])]));
  });
});

describe('with CORS_ORIGINS, no response is copied', () => {
  const targets = everyRequest.filter(([method, target]) => method === 'GET' && !target.includes('..'));
  let open: TestRowgate;
  let closed: TestRowgate;
  beforeAll(async () => {
    open = await startRowgate([echoRow()], { CORS_ORIGINS: origin });
    closed = await startRowgate([echoRow()]);
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    await open.close();
    await closed.close();
  });

  /** How many Responses a request takes: Hono copies one into another. */
  const responsesFor = async ({ app }: TestRowgate, target: string, headers: Record<string, string>) => {
    let made = 0;
    const Original = globalThis.Response;
    vi.stubGlobal(
      'Response',
      new Proxy(Original, {
        construct: (type, values: readonly unknown[], newTarget: typeof Original) => {
          made += 1;
          return Reflect.construct(type, values, newTarget);
        },
      }),
    );
    try {
      await app.fetch(new Request(`http://localhost${target}`, { headers }));
    } finally {
      vi.stubGlobal('Response', Original);
    }
    return made;
  };

  test.each(targets)('%s %s', async (_, target) => {
    expect(await responsesFor(open, target, { origin })).toBe(await responsesFor(closed, target, {}));
  });
});
