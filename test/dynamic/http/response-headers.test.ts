import { describe, expect, test } from 'vitest';
import { pushResponseHeaders } from '../../../src/dynamic/http/response-headers.ts';
import type { ResponseHeaders } from '../../../src/dynamic/call/call-result.ts';
import { headerPairs } from '../../../src/server/header-lines.ts';

function linesOf(upstream: ResponseHeaders, keepsLength: boolean): readonly string[] {
  const lines: string[] = [];
  pushResponseHeaders(lines, upstream, { keepsLength, replaced: [] });
  return lines;
}

/** As an object; a name that came twice would be seen by its count. */
function responseHeaders(upstream: ResponseHeaders, keepsLength: boolean): Record<string, string> {
  const pairs = headerPairs(linesOf(upstream, keepsLength));
  expect(new Set(pairs.map(([name]) => name)).size).toBe(pairs.length);
  return Object.fromEntries(pairs);
}

/** Ours, on every response. */
const isolation = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': 'sandbox',
  via: '1.1 rowgate',
};

describe('the caller gets', () => {
  test.each([
    ['content-type', 'text/event-stream'],
    ['content-encoding', 'gzip'],
    ['modal-function-call-id', 'fc-1'],
    ['etag', '"a"'],
    ['retry-after', '5'],
    ['www-authenticate', 'Bearer'],
    ['allow', 'POST'],
    ['proxy-status', 'modal; error=http_response_incomplete'],
    ['server-timing', 'db;dur=5'],
    ['x-custom', ''],
  ])("the function's %s unchanged", (name, value) => {
    expect(responseHeaders({ [name]: value }, false)).toEqual({ [name]: value, ...isolation });
  });

  test('lines of one name joined by a comma', () => {
    const headers = responseHeaders({ link: ['<a>; rel=next', '<b>; rel=prev'], vary: [] }, false);
    expect(headers['link']).toBe('<a>; rel=next, <b>; rel=prev');
    expect(headers['vary']).toBe('');
  });

  test('nosniff and a sandbox, whatever the function says', () => {
    const loose = { 'x-content-type-options': 'none', 'content-security-policy': "default-src 'self'" };
    expect(responseHeaders(loose, false)).toEqual(isolation);
    expect(responseHeaders({ connection: 'content-security-policy' }, false)).toEqual(isolation);
  });

  test('the length of a body that is streamed, and not of one that is sent whole', () => {
    expect(responseHeaders({ 'content-length': '5' }, true)).toEqual({ 'content-length': '5', ...isolation });
    expect(responseHeaders({ 'content-length': '5' }, false)).toEqual(isolation);
  });
});

describe('the caller never gets', () => {
  test.each([
    'set-cookie',
    'clear-site-data',
    'strict-transport-security',
    'alt-svc',
    'date',
    'x-request-id',
    'x-workflow',
    'x-registry-version',
    'access-control-allow-origin',
    'access-control-allow-credentials',
    'access-control-expose-headers',
    'access-control-anything-new',
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])("the function's %s, on one line or on several", (name) => {
    expect(responseHeaders({ [name]: 'x' }, true)).toEqual(isolation);
    expect(responseHeaders({ [name]: ['x', 'y'] }, true)).toEqual(isolation);
  });

  test.each([['x-internal'], ['close, X-Internal'], [['close', 'x-internal']]])(
    'what Connection lists: %j',
    (connection) => {
      expect(responseHeaders({ connection, 'x-internal': '1' }, false)).toEqual(isolation);
    },
  );

  test('a header without a value', () => {
    const odd = JSON.parse('{"__proto__": "x"}');
    expect(responseHeaders({ 'x-none': undefined }, false)).toEqual(isolation);
    expect(linesOf(odd, true)).toContain('__proto__');
  });
});

test("the function's own headers are left as they are", () => {
  const upstream = Object.freeze({ 'content-type': 'text/html', 'set-cookie': 'a=1' });
  expect(responseHeaders(upstream, false)).toEqual({ 'content-type': 'text/html', ...isolation });
});
