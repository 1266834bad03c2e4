import { describe, expect, test } from 'vitest';
import { type AddedHeaders, requestHeaders } from '../../src/dynamic/request-headers.ts';

const added: AddedHeaders = {
  host: 'demodata--app-f.modal.run',
  requestId: 'req-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  dropTraceState: false,
};

/** The lines as pairs, in their order. */
function sent(
  incoming: ConstructorParameters<typeof Headers>[0],
  over: Partial<AddedHeaders> = {},
): readonly (readonly [string, string])[] {
  const lines = requestHeaders(new Headers(incoming), { ...added, ...over });
  return lines.flatMap((name, index) => (index % 2 === 0 ? [[name, lines[index + 1] ?? ''] as const] : []));
}

const ours = [
  ['host', added.host],
  ['x-request-id', 'req-1'],
  ['traceparent', added.traceparent],
];

describe('the function gets', () => {
  test('our host, request id and trace first, once each, whatever the caller sent', () => {
    const forged = { host: 'evil.com', 'x-request-id': 'forged', traceparent: 'forged' };
    expect(sent(forged)).toEqual(ours);
    expect(sent({})).toEqual(ours);
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
    expect(sent({ [name]: value })).toEqual([...ours, [name, value]]);
  });

  test('lines of one name joined, in their order', () => {
    const incoming: [string, string][] = [
      ['X-Many', 'a'],
      ['x-many', 'b, c'],
    ];
    expect(sent(incoming)).toEqual([...ours, ['x-many', 'a, b, c']]);
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
    expect(sent({ [name]: 'x', 'x-other': 'kept' })).toEqual([...ours, ['x-other', 'kept']]);
  });

  test('what Connection lists, in any case', () => {
    const incoming = { connection: 'close, X-Secret', 'x-secret': '1', 'x-other': 'kept' };
    expect(sent(incoming)).toEqual([...ours, ['x-other', 'kept']]);
  });

  test('less than our own headers, even where Connection lists them', () => {
    expect(sent({ connection: 'host, x-request-id, traceparent' })).toEqual(ours);
  });

  test('a tracestate without the trace that it belongs to', () => {
    expect(sent({ tracestate: 'a=1' }, { dropTraceState: true })).toEqual(ours);
    expect(sent({ tracestate: 'a=1' })).toEqual([...ours, ['tracestate', 'a=1']]);
  });
});
