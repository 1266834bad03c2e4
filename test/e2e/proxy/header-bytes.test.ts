import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawExchange } from '../../helpers/raw.ts';
import { type RawFunction, startRawFunction } from '../../helpers/raw-function.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const path = '/run/companies/demo/echo/lookup';
const getPath = '/run/companies/demo/echo/get';
const disposition = (name: string) => `content-disposition: attachment; filename="${name}"`;

/** Header lines of a function, as latin1. */
const lines = {
  'latin1 bytes': disposition('M\xfcller.pdf'),
  'UTF-8 bytes': disposition(Buffer.from('Zürich 東京.pdf').toString('latin1')),
  'bytes that are no UTF-8': disposition('\x80\xff\xfe'),
  'a name with capitals': 'Content-Disposition: attachment; filename="\xe9.csv"',
  'another header': 'x-name: \xe9 \xc3\xa9',
  'a header of 12 KiB': `x-long: ${'\xe9'.repeat(12 * 1024)}`,
  'an empty value': 'x-empty: ',
  'a tab': 'x-tab: a\tb',
} as const;

/** The bodies of a response, by how it is passed on: in one write with its head, in two, or streamed. */
const bodies = {
  small: (line: string) => `${line}\r\ncontent-length: 3\r\n\r\nabc`,
  'small, its length first': (line: string) => `content-length: 3\r\n${line}\r\n\r\nabc`,
  buffered: (line: string) => `${line}\r\ncontent-length: 20000\r\n\r\n${'\xe9'.repeat(20_000)}`,
  streamed: (line: string) => `${line}\r\ncontent-length: 300000\r\n\r\n${'\xe9'.repeat(300_000)}`,
  'streamed, its length first': (line: string) =>
    `content-length: 300000\r\n${line}\r\n\r\n${'\xe9'.repeat(300_000)}`,
  'streamed without a length': (line: string) => `${line}\r\n\r\n${'\xe9'.repeat(300_000)}`,
  events: (line: string) => `content-type: text/event-stream\r\n${line}\r\n\r\ndata: 1\n\n`,
} as const;

describe('the bytes of header values', () => {
  let respond: (request: string) => string = () => '';
  let fn: RawFunction;
  let rowgate: TestRowgate;
  beforeAll(async () => {
    fn = await startRawFunction((_, request) => Buffer.from(respond(request), 'latin1'));
    const get = { workflow_slug: 'get', api_endpoint_url: `GET ${getPath}` };
    rowgate = await startRowgate([echoRow(), echoRow(get)], { UPSTREAM_CONNECT_TO: fn.origin });
  });
  afterAll(async () => {
    await rowgate.close();
    await fn[Symbol.asyncDispose]();
  });

  const ask = (line: string, start = `POST ${path}`) =>
    rawExchange(
      rowgate.url,
      `${start} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${line}\r\ncontent-length: 2\r\n\r\n{}`,
    );

  const cases = Object.entries(lines).flatMap(([what, line]) =>
    Object.entries(bodies).map(([how, body]) => [what, how, line, body] as const),
  );
  test.each(cases)('of a response reach the caller: %s, %s', async (_, __, line, body) => {
    respond = () => `HTTP/1.1 200 \xe9\r\n${body(line)}`;
    const response = await ask('x-a: b');
    const [name = '', value] = line.split(': ');
    expect(response.slice(0, 17)).toBe('HTTP/1.1 200 OK\r\n');
    expect(response.includes(`\r\n${name.toLowerCase()}: ${value}\r\n`)).toBe(true);
  });

  test.each([
    ['200', `HEAD ${getPath}`],
    ['304', `POST ${path}`],
  ])('of a response without a body reach the caller: %s to %s', async (status, start) => {
    respond = () => `HTTP/1.1 ${status} x\r\ncontent-length: 3\r\n${lines['latin1 bytes']}\r\n\r\nabc`;
    const response = await ask('x-a: b', start);
    expect(response.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(response).toContain(`\r\n${lines['latin1 bytes']}\r\n`);
  });

  test.each(Object.entries(lines))('of a request reach the function: %s', async (_, line) => {
    let got = '';
    respond = (request) => {
      got = request;
      return 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
    };
    await ask(line);
    expect(got).toContain(`\r\n${line}\r\n`);
  });

  // RFC 9112 section 5.2 leaves a gateway two ways with a folded line: unfold it, or a 502.
  test.each(['\0', '\x01', '\x1b', '\x7f', '\r', '\r\n '])(
    'that no value may have are 502: %j',
    async (character) => {
      respond = () => `HTTP/1.1 200 OK\r\nx-bad: a${character}b\r\ncontent-length: 0\r\n\r\n`;
      expect(await ask('x-a: b')).toMatch(
        /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*"code":"upstream_invalid_response"/,
      );
    },
  );

  test('that are larger than 16 KiB together are 502', async () => {
    respond = () => `HTTP/1.1 200 OK\r\n${'x-long: \xe9\r\n'.repeat(8_000)}content-length: 0\r\n\r\n`;
    expect(await ask('x-a: b')).toMatch(
      /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*headers of the function's response are larger than 16 KiB/,
    );
  });
});
