import { describe, expect, test } from 'vitest';
import { errorKinds } from '../../src/errors.ts';
import { classifyPlatformError } from '../../src/modal/platform-errors.ts';

const classify = (status: number, text: string, contentType: string | undefined = 'text/plain') =>
  classifyPlatformError(status, contentType, Buffer.from(text));
const prefixed = (text: string) => `modal-http: ${text}`;

/** docs/modal.md, "Errors of the platform": status and text there, code and status here. */
const table = [
  [401, prefixed('missing credentials for proxy authorization'), 'upstream_auth_failed', 502],
  [401, prefixed('invalid credentials for proxy authorization'), 'upstream_auth_failed', 502],
  [400, prefixed('bad redirect method'), 'upstream_bad_request', 502],
  [404, prefixed('invalid function call'), 'function_not_deployed', 502],
  [404, prefixed('app for invoked web endpoint is stopped'), 'function_stopped', 502],
  [404, prefixed('workspace demodata is disabled'), 'workspace_disabled', 502],
  [429, prefixed('Webhook failed: workspace billing cycle spend limit reached'), 'spend_limit_reached', 503],
  [429, prefixed('too many requests'), 'upstream_rate_limited', 503],
  [429, prefixed('Webhook failed: workspace is rate limited'), 'upstream_rate_limited', 503],
  [500, prefixed('internal error: function execution timed out'), 'function_timed_out', 504],
  [500, prefixed('internal error: function was terminated by signal SIGKILL'), 'function_crashed', 502],
  [500, prefixed('internal error: status InternalFailure: lost worker'), 'platform_error', 502],
  [408, 'Missing request, possibly due to expiry or cancellation', 'result_expired', 503],
] as const;

describe('an error of the platform', () => {
  test.each(table)('%d %j is %s, which the caller gets as %d', (received, text, code, status) => {
    expect(classify(received, text)?.code).toBe(code);
    expect(errorKinds[code].status).toBe(status);
  });

  test.each(table)(
    '%d %j is known also with a charset, a line break behind it and no type',
    (received, text, code) => {
      expect(classify(received, `${text}\n`, 'text/plain; charset=utf-8')?.code).toBe(code);
      expect(classifyPlatformError(received, undefined, Buffer.from(text))?.code).toBe(code);
    },
  );

  test.each(table)('%d %j has our own detail, without the text of Modal', (received, text) => {
    expect(classify(received, text)?.detail).not.toContain('modal-http');
    expect(classify(received, text)?.detail).toMatch(/^[A-Z].+\.$/);
  });

  test('a spend limit without the prefix is not a rate limit', () => {
    const text = 'Webhook failed: workspace billing cycle spend limit reached';
    expect(classify(429, text)?.code).toBe('spend_limit_reached');
  });

  test.each([
    ['spend limit', 429, prefixed('Webhook failed: workspace billing cycle spend limit reached')],
    ['rate limit', 429, prefixed('too many requests')],
    ['lost call', 408, 'Missing request, possibly due to expiry or cancellation'],
  ])('says after how many seconds another try makes sense: %s', (_, status, text) => {
    expect(classify(status, text)?.retryAfterSeconds).toBeGreaterThan(0);
  });

  test.each([
    [418, 'short and stout'],
    [401, 'something new'],
    [404, 'something new'],
    [500, 'internal error: something new'],
    [503, 'no healthy upstream'],
  ])('is known by its prefix even where nobody has seen it before: %d %j', (status, text) => {
    expect(classify(status, prefixed(text))).not.toBeNull();
  });

  test('is matched by status and text together', () => {
    expect(classify(404, prefixed('bad redirect method'))?.code).toBe('platform_error');
    expect(classify(500, prefixed('invalid function call'))?.code).toBe('platform_error');
  });
});

describe('a response of the function', () => {
  const json = 'application/json';
  const missing = '{"detail":[{"type":"missing","loc":["body","domain"],"msg":"Field required","input":{}}]}';

  test.each([
    [422, missing, json],
    [422, '{"detail":[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error"}]}', json],
    [405, '{"detail":"Method Not Allowed"}', json],
    [404, '{"detail":"Not Found"}', json],
    [400, '{"detail":"bad redirect method"}', json],
    [401, '{"detail":"missing credentials for proxy authorization"}', json],
    [408, '{"detail":"Missing request, possibly due to expiry or cancellation"}', json],
    [429, '{"detail":"Too many requests"}', json],
    [429, '"modal-http: too many requests"', json],
    [500, '{"error":"modal-http: internal error: function execution timed out"}', json],
    [500, prefixed('internal error: function execution timed out'), json],
    [500, 'Internal Server Error', 'text/plain; charset=utf-8'],
    [500, '', 'text/plain'],
    [404, 'Not Found', 'text/plain'],
    [404, 'invalid function call', 'text/plain'],
    [408, 'Request Timeout', 'text/plain'],
    [503, 'workspace full', 'text/plain'],
    [429, 'slow down', undefined],
    [429, 'supplier quota', 'text/plain'],
    [429, 'Webhook failed: workspace is rate limited', 'text/plain; charset=utf-8'],
    [429, '<h1>slow down</h1>', 'text/html'],
    [200, '{"success": false, "error": "no such company"}', json],
    [200, prefixed('invalid function call'), 'text/plain'],
    [303, prefixed('bad redirect method'), 'text/plain'],
  ])('is left alone: %d %j as %s', (status, text, contentType) => {
    expect(classifyPlatformError(status, contentType, Buffer.from(text))).toBeNull();
  });

  test('may be a long text that begins like an error of the platform', () => {
    expect(classify(500, prefixed('internal error: ').padEnd(1025, 'x'))).toBeNull();
  });

  test('may be bytes that are not text', () => {
    expect(classifyPlatformError(500, 'text/plain', Uint8Array.of(0xff, 0x00, 0xfe))).toBeNull();
  });
});
