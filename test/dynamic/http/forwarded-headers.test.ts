import { describe, expect, test } from 'vitest';
import { requestHeaders } from '../../../src/dynamic/http/forwarded-headers.ts';

/** The lines as pairs, in their order. */
function sent(
  incoming: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
  dropTraceState = false,
): readonly (readonly [string, string])[] {
  const pairs = Array.isArray(incoming) ? incoming : Object.entries(incoming);
  const connection = pairs.find(([name]) => name === 'connection')?.[1];
  const lines = requestHeaders(pairs.flat(), connection, dropTraceState);
  return lines.flatMap((name, index) => (index % 2 === 0 ? [[name, lines[index + 1] ?? ''] as const] : []));
}

describe('the function gets', () => {
  test('nothing of what is written anew for it, whatever the caller sent', () => {
    expect(sent({ host: 'evil.com', 'x-request-id': 'forged', traceparent: 'forged' })).toEqual([]);
    expect(sent({})).toEqual([]);
  });

  test.each([
    ['content-type', 'application/json; charset=utf-8'],
    ['accept', '*/*'],
    ['accept-encoding', 'gzip, br'],
    ['content-encoding', 'gzip'],
    ['user-agent', 'Clay'],
    ['idempotency-key', '"k"'],
    ['x-sim-latency-ms', '5'],
    ['x-modal-key', 'not a header of Modal'],
    ['modality', 'text'],
    ['x-custom', 'größe'],
  ])("the caller's %s unchanged", (name, value) => {
    expect(sent({ [name]: value })).toEqual([[name, value]]);
  });

  test('lines of one name as they were sent, in their order', () => {
    const incoming: [string, string][] = [
      ['X-Many', 'a'],
      ['x-many', 'b, c'],
    ];
    expect(sent(incoming)).toEqual(incoming);
  });
});

describe('the function never gets', () => {
  test.each([
    'authorization',
    'Authorization',
    'x-api-key',
    'X-API-Key',
    'cookie',
    'content-length',
    'expect',
    'modal-key',
    'Modal-Secret',
    'modal-function-call-id',
    'MODAL-anything',
    'modal-',
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'http2-settings',
  ])("the caller's %s", (name) => {
    expect(sent({ [name]: 'x', 'x-other': 'kept' })).toEqual([['x-other', 'kept']]);
  });

  test('what Connection lists, in any case', () => {
    const incoming = { connection: 'close, X-Secret', 'x-secret': '1', 'x-other': 'kept' };
    expect(sent(incoming)).toEqual([['x-other', 'kept']]);
  });

  test('a tracestate without the trace that it belongs to', () => {
    expect(sent({ tracestate: 'a=1' }, true)).toEqual([]);
    expect(sent({ tracestate: 'a=1' })).toEqual([['tracestate', 'a=1']]);
  });
});
