import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { problemCodeIn, rawExchange, statusesIn } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const chunked = 'transfer-encoding: chunked';
const end = '0\r\n\r\n';

/** A call with these header lines and this body, after which the connection closes. */
function post(lines: readonly string[], body = '', target = path): string {
  return `POST ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n${body}`;
}

describe('a request that two servers could read in two ways', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()]);
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  const framings: readonly (readonly [string, string])[] = [
    ['a length, then chunks', post(['content-length: 5', chunked], end)],
    ['chunks, then a length', post([chunked, 'content-length: 5'], end)],
    ['chunks and a length with another request in it', post([chunked, 'content-length: 90'], end + post([]))],
    ['the coding "chunked, identity"', post(['transfer-encoding: chunked, identity'], end)],
    ['the coding "identity"', post(['transfer-encoding: identity'], end)],
    ['the coding "xchunked"', post(['transfer-encoding: xchunked'], end)],
    ['the coding "gzip, chunked"', post(['transfer-encoding: gzip, chunked'], end)],
    ['the coding "chunked, chunked"', post(['transfer-encoding: chunked, chunked'], end)],
    ['the coding "chunked" with a vertical tab', post(['transfer-encoding: \x0bchunked'], end)],
    ['the coding "chunked" with a NUL', post(['transfer-encoding: chunked\0'], end)],
    ['the coding "chunked" in quotes', post(['transfer-encoding: "chunked"'], end)],
    ['the coding "chunked" with a parameter', post(['transfer-encoding: chunked;q=1'], end)],
    ['an empty coding', post(['transfer-encoding:'], end)],
    ['two codings, the last of them "identity"', post([chunked, 'transfer-encoding: identity'], end)],
    ['two codings, the last of them "chunked"', post(['transfer-encoding: identity', chunked], end)],
    ['two codings, both of them "chunked"', post([chunked, chunked], end)],
    ['a coding on a folded line', post(['transfer-encoding:\r\n chunked'], end)],
    ['a coding in HTTP/1.0', post([chunked], end).replace('HTTP/1.1', 'HTTP/1.0')],
    ['a space before the colon of the coding', post(['transfer-encoding : chunked'], end)],
    ['two equal lengths', post(['content-length: 2', 'content-length: 2'], '{}')],
    ['two different lengths', post(['content-length: 2', 'content-length: 0'], '{}')],
    ['the length "+2"', post(['content-length: +2'], '{}')],
    ['the length "2, 2"', post(['content-length: 2, 2'], '{}')],
    ['the length "2 2"', post(['content-length: 2 2'], '{}')],
    ['the length "-2"', post(['content-length: -2'], '{}')],
    ['the length "0x2"', post(['content-length: 0x2'], '{}')],
    ['the length "2.0"', post(['content-length: 2.0'], '{}')],
    ['an empty length', post(['content-length:'], '{}')],
    ['a length beyond 64 bits', post(['content-length: 18446744073709551618'], '{}')],
    ['lines that end in LF alone', post(['content-length: 2'], '{}').replaceAll('\r\n', '\n')],
    ['one header line that ends in LF alone', post(['x-a: b\ncontent-length: 2'], '{}')],
    ['headers that end in LF alone', post(['content-length: 2\r\n\n'], '{}')],
    ['a CR within a value', post(['x-a: b\rcontent-length: 2'], '{}')],
    ['a CR before the end of a line', post(['x-a: b\r', 'content-length: 2'], '{}')],
    ['a folded header', post(['x-a: b\r\n c', 'content-length: 2'], '{}')],
    ['a first header that is folded', post([]).replace('host: localhost', ' x-a: b\r\nhost: a')],
    ['a NUL in a value', post(['x-a: \0', 'content-length: 2'], '{}')],
    ['a NUL in a name', post(['x\0a: b', 'content-length: 2'], '{}')],
    ['a header without a name', post([': b', 'content-length: 2'], '{}')],
    ['no Host', post([]).replace('host: localhost\r\n', '')],
    ['two Hosts', post(['host: b', 'content-length: 2'], '{}')],
    ['two Hosts that are equal', post(['Host: localhost', 'content-length: 2'], '{}')],
    ['an empty Host', post([]).replace('host: localhost', 'host:')],
    ['a Host with a user', post([]).replace('host: localhost', 'host: a@b')],
    ['a Host with a path', post([]).replace('host: localhost', 'host: a/run')],
    ['a Host with a query', post([]).replace('host: localhost', 'host: a?b')],
    ['a Host with a comma', post([]).replace('host: localhost', 'host: a, b')],
    ['a Host with a space', post([]).replace('host: localhost', 'host: a b')],
    ['a Host with a bad port', post([]).replace('host: localhost', 'host: a:port')],
    ['a Host with a port beyond 65535', post([]).replace('host: localhost', 'host: localhost:65536')],
    ['a Host that is no IPv4 address', post([]).replace('host: localhost', 'host: 127.0.0.256')],
    ['a chunk size beyond 64 bits', post([chunked], `10000000000000002\r\n{}\r\n${end}`)],
    ['a negative chunk size', post([chunked], `-2\r\n{}\r\n${end}`)],
    ['the chunk size "0x2"', post([chunked], `0x2\r\n{}\r\n${end}`)],
    ['the chunk size "2 "', post([chunked], `2 \r\n{}\r\n${end}`)],
    ['a chunk size that ends in LF alone', post([chunked], `2\n{}\r\n${end}`)],
    ['a chunk extension that ends in LF alone', post([chunked], `2;a\n{}\r\n${end}`)],
    ['chunk extensions of 20 KB', post([chunked], `2;a=${'b'.repeat(20_000)}\r\n{}\r\n${end}`)],
    ['a chunk that is longer than its size', post([chunked], `2\r\n{}{}\r\n${end}`)],
    ['a chunk without an end', post([chunked], `2\r\n{}${end}`)],
    ['a length among the trailers', post([chunked], '2\r\n{}\r\n0\r\ncontent-length: 7\r\n\r\n')],
    ['a raw space in the path', post(['content-length: 2'], '{}', `${path} x`)],
    ['a tab in the path', post(['content-length: 2'], '{}', `${path}\t`)],
    ['a NUL in the path', post(['content-length: 2'], '{}', `${path}\0`)],
    ['bytes outside ASCII in the path', post(['content-length: 2'], '{}', `${path}\xff`)],
    ['a backslash in the path', post(['content-length: 2'], '{}', `${path}\\x`)],
    ['a fragment in the path', post(['content-length: 2'], '{}', `${path}#x`)],
    ['a fragment in the query', post(['content-length: 2'], '{}', `${path}?a#x`)],
    ['a path without a slash', post(['content-length: 2'], '{}', path.slice(1))],
    ['HTTP/2.0 in the request line', post(['content-length: 2'], '{}').replace('HTTP/1.1', 'HTTP/2.0')],
    ['HTTP/1.2', post(['content-length: 2'], '{}').replace('HTTP/1.1', 'HTTP/1.2')],
    ['nothing of HTTP in it', 'hello\r\n\r\n'],
    ['no version', `GET ${path}\r\nhost: localhost\r\n\r\n`],
  ];

  test.each(framings)('with %s is refused as a problem and reaches no function', async (_, bytes) => {
    const responses = await rawExchange(rowgate.url, bytes);
    expect(statusesIn(responses)).toEqual([400]);
    expect(problemCodeIn(responses)).toBe('invalid_request');
    expect(responses.toLowerCase()).toContain('connection: close');
    expect(rowgate.calls).toEqual([]);
  });

  test.each([
    ['TLS', '\x16\x03\x01\0\xc8\x01\0\0\xc4\x03\x03', /begins with TLS.*use http:\/\//],
    [
      'HTTP/2',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
      /HTTP\/2 is not supported: send HTTP\/1.1/,
    ],
    ['a PROXY line', `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n${post([])}`, /PROXY protocol .*switch it off/],
    [
      'a binary PROXY header',
      `\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c${post([])}`,
      /PROXY protocol .*switch it off/,
    ],
  ])('in place of which comes %s is refused, and told what to send', async (_, bytes, detail) => {
    const responses = await rawExchange(rowgate.url, bytes);
    expect([statusesIn(responses), problemCodeIn(responses)]).toEqual([[400], 'invalid_request']);
    expect(responses).toMatch(detail);
    expect(rowgate.calls).toEqual([]);
  });

  test.each([
    ['headers of 20 KB', post([`x-a: ${'a'.repeat(20_000)}`])],
    ['a path of 20 KB', post([], '', `${path}?${'a'.repeat(20_000)}`)],
    ['201 headers', post(Array.from({ length: 199 }, (_, index) => `x-${index}: y`))],
    [
      'a length behind more headers than Node would keep',
      post([...Array<string>(1100).fill('a:b'), 'content-length: 2'], '{}'),
    ],
  ])('with %s is refused with 431', async (_, bytes) => {
    const responses = await rawExchange(rowgate.url, bytes);
    expect([statusesIn(responses), problemCodeIn(responses)]).toEqual([[431], 'headers_too_large']);
    expect(rowgate.calls).toEqual([]);
  });

  test.each([
    ['an encoded line break', `${path}%0d%0ax-injected:%20y`],
    ['an encoded request', `${path}%20HTTP/1.1%0d%0ahost:%20evil%0d%0a%0d%0a`],
    ['an encoded NUL', `${path}%00`],
    ['encoded slashes', path.replaceAll('/demo/', '%2fdemo%2f')],
    ['a bad escape', `${path}%zz`],
  ])('whose path has %s is one request for a path that nobody has', async (_, target) => {
    const responses = await rawExchange(rowgate.url, post(['content-length: 2'], '{}', target));
    expect(statusesIn(responses)).toEqual([404]);
    expect(rowgate.calls).toEqual([]);
  });

  test('is not made by chunk extensions or trailers: they end here', async () => {
    const trailers = ['x-trailer: 1', 'x-request-id: evil', 'modal-key: wk-x'];
    const body = `2;a=b;c="d"\r\n{}\r\n0\r\n${trailers.join('\r\n')}\r\n\r\n`;
    expect(statusesIn(await rawExchange(rowgate.url, post([chunked], body)))).toEqual([200]);
    const [call] = rowgate.calls;
    expect(Buffer.from(call?.body ?? []).toString()).toBe('{}');
    expect(String(call?.rawHeaders)).not.toMatch(/trailer|evil|wk-x/);
  });

  test('is not made by a body longer than its length: the rest is a request of its own', async () => {
    const second = `GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
    const first = post(['content-length: 2'], `{}${second}`).replace('connection: close\r\n', '');
    const responses = await rawExchange(rowgate.url, first);
    expect(statusesIn(responses)).toEqual([200, 200]);
    expect(responses).toMatch(/"status":"alive"\}$/);
    expect(rowgate.calls.map(({ body }) => Buffer.from(body).toString())).toEqual(['{}']);
  });

  test('is not made by garbage behind a body: the call gets its response, and then the connection closes', async () => {
    const bytes = post(['content-length: 2', 'x-sim-latency-ms: 50'], '{}garbage\r\n\r\n');
    const responses = await rawExchange(rowgate.url, bytes.replace('connection: close\r\n', ''));
    expect(statusesIn(responses)).toEqual([200]);
    expect(responses).toContain('"success":true');
    expect(rowgate.calls).toHaveLength(1);
  });

  test('leaves the process serving', async () => {
    expect(statusesIn(await rawExchange(rowgate.url, post(['content-length: 2'], '{}')))).toEqual([200]);
    expect(rowgate.calls).toHaveLength(1);
  });
});
