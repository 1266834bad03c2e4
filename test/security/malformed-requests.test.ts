import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { echoRow, startRowgate, type TestRowgate } from '../helpers/rowgate.ts';

const path = '/run/companies/demo/echo/lookup';

describe('a request that is no proper HTTP', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()]);
  });
  afterAll(() => rowgate.close());

  /** Everything that comes back for these bytes, on a connection of its own. */
  const raw = async (bytes: string): Promise<string> => {
    const { hostname, port } = new URL(rowgate.url);
    const socket = connect(Number(port), hostname);
    socket.write(bytes);
    return text(socket);
  };

  test.each([
    [
      'without a Host',
      `POST ${path} HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      400,
      'invalid_request',
    ],
    ['that is garbage', 'hello\r\n\r\n', 400, 'invalid_request'],
    [
      'with a length and chunks at once',
      `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'invalid_request',
    ],
    [
      'with a folded header',
      `POST ${path} HTTP/1.1\r\nhost: a\r\nx-a: 1\r\n 2\r\n\r\n`,
      400,
      'invalid_request',
    ],
    ['with a NUL in a header', `POST ${path} HTTP/1.1\r\nhost: a\r\nx-a: \0\r\n\r\n`, 400, 'invalid_request'],
    [
      'with huge headers',
      `POST ${path} HTTP/1.1\r\nhost: a\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('%s is refused as a problem, and reaches no function', async (_, bytes, status, code) => {
    rowgate.calls.length = 0;
    const [head = '', body = ''] = (await raw(bytes)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code });
    expect(rowgate.calls).toEqual([]);
  });

  test('leaves the process serving', async () => {
    const response = await fetch(rowgate.url + path, { method: 'POST', body: '{}' });
    expect(response.status).toBe(200);
  });
});
