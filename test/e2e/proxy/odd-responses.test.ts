import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { type RawFunction, startRawFunction } from '../../helpers/raw-function.ts';
import { rawExchange, statusesIn } from '../../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const chunked = '2\r\nok\r\n0\r\n\r\n';

/** Responses that are passed on, as 200 `ok`. */
const good = {
  'early-hints': `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ok}`,
  'of-the-future': `HTTP/1.1 199 Whatever\r\n\r\n${ok}`,
  processing: `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${ok}`,
  trailers:
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\nset-cookie: a=1\r\n\r\n',
  'chunked-in-capitals': `HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n${chunked}`,
  'http-1-0': 'HTTP/1.0 200 OK\r\n\r\nok',
};

/** What is not a valid response, and what the problem says about it. */
const bad = {
  'status-099': ['HTTP/1.1 099 Odd\r\ncontent-length: 2\r\n\r\nok', /its status is 99;/],
  'status-000': ['HTTP/1.1 000 Odd\r\ncontent-length: 2\r\n\r\nok', /its status is 0;/],
  'status-600': ['HTTP/1.1 600 Odd\r\ncontent-length: 2\r\n\r\nok', /the status 600,/],
  'length-and-chunks': [
    `HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`,
    /length of the body in two ways/,
  ],
  'chunks-and-length': [
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n${chunked}`,
    /did not return an HTTP response \(Content-Length can't be present with Transfer-Encoding\);/,
  ],
  'two-lengths': ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok', /two ways/],
  'list-of-lengths': ['HTTP/1.1 200 OK\r\ncontent-length: 2, 3\r\n\r\nok', /two ways/],
  'gzip-chunked': [
    `HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n${chunked}`,
    /a transfer coding that is not supported/,
  ],
  'gzip-then-chunked': [
    `HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`,
    /a transfer coding that is not supported/,
  ],
  'lines-of-lf': ['HTTP/1.1 200 OK\ncontent-length: 2\n\nok', /an HTTP response \(Missing expected CR/],
  'web-page': ['<!doctype html><html>', /an HTTP response \(Expected HTTP\//],
  'large-headers': [
    `HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\nok`,
    /headers .* are larger than 16 KiB;/,
  ],
  'gzip-alone': [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nok',
    /a transfer coding that is not supported/,
  ],
} as const;

/** Informational responses that end the exchange, and what the problem says about them. */
const unasked = {
  continue: [`HTTP/1.1 100 Continue\r\n\r\n${ok}`, /sent 100 Continue, which was not requested/],
  'switching-protocols': [
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    /sent 101 Switching Protocols, which was not requested/,
  ],
  'switching-to-nothing': [`HTTP/1.1 101 Switching Protocols\r\n\r\n${ok}`, /101 Switching Protocols/],
} as const;

/** The same header bytes, on a response that is buffered and on two that are streamed. */
const utf8 = {
  'held-name': `HTTP/1.1 200 OK\r\nx-name: Zürich\r\ncontent-length: 2\r\n\r\nok`,
  'streamed-name': `HTTP/1.1 200 OK\r\nx-name: Zürich\r\ncontent-length: 300000\r\n\r\n${'x'.repeat(300_000)}`,
  'name-of-events': 'HTTP/1.1 200 OK\r\nx-name: Zürich\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n',
};

/** Responses that end too soon. */
const cut = {
  'in-the-head': 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n',
  'before-its-length': 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nok',
  'before-its-last-chunk':
    'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n',
};

const pathOf = (slug: string) => `/run/companies/demo/${slug}/lookup`;
const responses: Readonly<Record<string, string | readonly [string, RegExp]>> = {
  ...good,
  ...bad,
  ...unasked,
  ...cut,
  ...utf8,
};
const bytesOf = (response: string | readonly [string, RegExp] = '') =>
  typeof response === 'string' ? response : response[0];
/** A function of its own for each response, so that the breaker of one does not affect another. */
const rows = Object.keys(responses).map((slug) =>
  echoRow({
    workflow_slug: slug,
    modal_function_name: null,
    modal_endpoint_url: `https://demodata--app-${slug}.modal.run`,
    api_endpoint_url: pathOf(slug),
  }),
);

describe('a response of a function', () => {
  let fn: RawFunction;
  let rowgate: TestRowgate;
  beforeAll(async () => {
    fn = await startRawFunction((host) =>
      bytesOf(responses[/--app-(.*)\.modal\.run$/.exec(host)?.[1] ?? '']),
    );
    rowgate = await startRowgate(rows, { UPSTREAM_CONNECT_TO: fn.origin });
  });
  afterAll(async () => {
    await rowgate.close();
    await fn[Symbol.asyncDispose]();
  });

  const ask = (slug: string) => send(rowgate.url + pathOf(slug), { body: '{}' });

  test.each(Object.keys(good))('with %s is passed on', async (slug) => {
    const { status, headers, body } = await ask(slug);
    expect([status, body.toString()]).toEqual([200, 'ok']);
    for (const name of ['link', 'trailer', 'x-sum', 'set-cookie']) expect(headers).not.toHaveProperty(name);
  });

  test.each(Object.entries(bad))('with %s is 502 upstream_invalid_response', async (slug, [, why]) => {
    const response = await ask(slug);
    const detail = expect.stringMatching(why);
    expect(jsonOf(response)).toMatchObject({ status: 502, code: 'upstream_invalid_response', detail });
    expect(response.headers['proxy-status']).toMatch(/^rowgate; error=http_[a-z_]+$/);
  });

  test.each(Object.entries(unasked))(
    'with %s is 502 upstream_informational_response',
    async (slug, [, why]) => {
      const response = await ask(slug);
      const detail = expect.stringMatching(why);
      expect(jsonOf(response)).toMatchObject({
        status: 502,
        code: 'upstream_informational_response',
        detail,
      });
      expect(response.headers['proxy-status']).toBe('rowgate; error=http_protocol_error');
    },
  );

  test.each(Object.keys(utf8))('has the bytes of its headers as they were sent: %s', async (slug) => {
    const request = `POST ${pathOf(slug)} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`;
    const response = Buffer.from(await rawExchange(rowgate.url, request), 'latin1').toString('utf8');
    expect(response).toContain('\r\nx-name: Zürich\r\n');
    expect(statusesIn(response)).toEqual([200]);
  });

  test.each(Object.keys(cut))('that ends %s is 502 upstream_connection_lost', async (slug) => {
    expect(jsonOf(await ask(slug))).toMatchObject({ status: 502, code: 'upstream_connection_lost' });
  });
});
