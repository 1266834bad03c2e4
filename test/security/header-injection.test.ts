import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { headersOf } from '../helpers/http.ts';
import { rawExchange, statusesIn } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const host = 'demodata--app-echo.modal.run';
const uuid = /^[0-9a-f]{32}$/;
const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('no header of a caller', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    const token = { MODAL_WORKSPACE: 'demodata', MODAL_KEY: 'wk-ours', MODAL_SECRET: 'ws-ours' };
    rowgate = await startRowgate([echoRow()], token, { proxyAuth: { key: 'wk-ours', secret: 'ws-ours' } });
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  /** Sends these header lines with a body of two bytes; the header lines of the one call that came of it. */
  const sent = async (lines: readonly string[], query = ''): Promise<ReadonlyMap<string, string>> => {
    const head = [`POST ${path}${query} HTTP/1.1`, 'host: localhost', ...lines, 'content-length: 2'];
    const closing = lines.some((line) => /^connection:.*close/i.test(line)) ? [] : ['connection: close'];
    const responses = await rawExchange(rowgate.url, `${[...head, ...closing].join('\r\n')}\r\n\r\n{}`);
    expect(statusesIn(responses)).toEqual([200]);
    expect(rowgate.calls).toHaveLength(1);
    return headersOf(rowgate.calls[0]?.rawHeaders ?? []);
  };

  test('takes away what we send, though its Connection header lists it', async () => {
    const ours = ['host', 'content-length', 'x-request-id', 'traceparent', 'modal-key', 'modal-secret'];
    const got = await sent([`connection: close, ${ours.join(', ')}`]);
    expect(ours.map((name) => got.has(name))).toEqual(ours.map(() => true));
    expect([got.get('host'), got.get('content-length')]).toEqual([host, '2']);
  });

  test('stays that any of its Connection headers lists', async () => {
    const got = await sent(['connection: close, X-One', 'x-one: 1', 'connection: x-two', 'x-two: 2']);
    expect([got.has('x-one'), got.has('x-two')]).toEqual([false, false]);
  });

  test.each([
    ['connection: keep-alive, close'],
    ['keep-alive: timeout=1000'],
    ['proxy-connection: keep-alive'],
    ['te: trailers, deflate'],
    ['trailer: x-late'],
    ['upgrade: h2c'],
    ['http2-settings: AAMAAABkAAQAAP__'],
    ['proxy-authorization: Basic eA=='],
    ['expect: 200-ok'],
  ])('reaches the function that is about this connection: %s', async (line) => {
    const [name = '', value] = line.split(': ');
    expect((await sent([line])).get(name)).not.toBe(value);
  });

  test.each([['modal-key'], ['Modal-Secret'], ['MODAL-Function-Call-Id'], ['modal-anything']])(
    'speaks for the platform: %s',
    async (name) => {
      const got = await sent([`${name}: evil`]);
      expect(got.get(name.toLowerCase()) ?? '').not.toContain('evil');
      expect([got.get('modal-key'), got.get('modal-secret')]).toEqual(['wk-ours', 'ws-ours']);
    },
  );

  test.each([
    [['x-request-id: one', 'x-request-id: two']],
    [['x-request-id: a b']],
    [['x-request-id: <script>']],
    [[`x-request-id: ${'a'.repeat(200)}`]],
    [['x-request-id: a\xff']],
  ])('makes a request id of its own out of %j', async (lines) => {
    expect((await sent(lines)).get('x-request-id')).toMatch(uuid);
  });

  test.each([[[`traceparent: ${trace}`, `traceparent: ${trace}`]], [['traceparent: 00-0-0-00']]])(
    'makes a trace out of %j',
    async (lines) => {
      const got = await sent([...lines, 'tracestate: evil=1']);
      expect(got.get('traceparent')).toMatch(/^00-(?!0af7)[0-9a-f]{32}-[0-9a-f]{16}-00$/);
      expect(got.has('tracestate')).toBe(false);
    },
  );

  test('breaks a line by an escape: it arrives as it was written', async () => {
    const got = await sent(['x-a: b%0d%0ax-injected:%20c\\r\\nx-injected: d'], '?a=%0d%0ax-injected:%20e');
    expect(got.get('x-a')).toBe('b%0d%0ax-injected:%20c\\r\\nx-injected: d');
    expect(got.has('x-injected')).toBe(false);
    expect(rowgate.calls[0]?.target).toBe('/?a=%0d%0ax-injected:%20e');
  });

  test('is lost or harmful for its odd name or value', async () => {
    const got = await sent([
      '__proto__: x',
      'constructor: y',
      "x!#$%&'*+-.^_`|~: z",
      'x-latin: caf\xe9',
      'x-none:',
    ]);
    expect(
      ['__proto__', 'constructor', "x!#$%&'*+-.^_`|~", 'x-latin', 'x-none'].map((name) => got.get(name)),
    ).toEqual(['x', 'y', 'z', 'caf\xe9', '']);
  });
});
