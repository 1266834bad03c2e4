import { describe, expect, test } from 'vitest';
import { call, sendRaw } from './client.ts';
import { start } from './start.ts';

describe('a body that is not JSON', () => {
  // Positions and messages: json.loads of CPython 3.11 on the same texts.
  test.each([
    ['{', 1, 'Expecting property name enclosed in double quotes'],
    ['x', 0, 'Expecting value'],
    ['{"a"', 4, "Expecting ':' delimiter"],
    ['{"a":', 5, 'Expecting value'],
    ['{"a":1', 6, "Expecting ',' delimiter"],
    ['{"a":1,}', 7, 'Expecting property name enclosed in double quotes'],
    ['[1,]', 3, 'Expecting value'],
    ['{"a":tru}', 5, 'Expecting value'],
    ['"abc', 0, 'Unterminated string starting at'],
    ['"a\nb"', 2, 'Invalid control character at'],
    ['"\\x"', 1, 'Invalid \\escape'],
    ['"a\\u12"', 3, 'Invalid \\uXXXX escape'],
    ['01', 1, 'Extra data'],
    ['"😀" x', 4, 'Extra data'],
    ['{"a":1}}', 7, 'Extra data'],
  ])('%j is a 422 with the position where Python stops, %i', async (body, position, error) => {
    const simulator = await start();
    const response = await call(simulator, { body });
    expect(response.status).toBe(422);
    expect(response.json()).toEqual({
      detail: [
        {
          type: 'json_invalid',
          loc: ['body', position],
          msg: 'JSON decode error',
          input: {},
          ctx: { error },
        },
      ],
    });
  });

  test.each([
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['JSON nested deeper than Python allows', Buffer.from('['.repeat(100_000))],
  ])('%s are a 400', async (_, body) => {
    const simulator = await start();
    const response = await call(simulator, { body });
    expect(response.status).toBe(400);
    expect(response.json()).toEqual({ detail: 'There was an error parsing the body' });
  });

  test('a body with a byte order mark is read', async () => {
    const simulator = await start();
    expect((await call(simulator, { body: '\uFEFF{"domain":"a.example"}' })).status).toBe(200);
  });

  test('members named like those of Object are members like any other', async () => {
    const simulator = await start();
    const body = '{"constructor":1,"__proto__":{"domain":"x"},"hasOwnProperty":2}';
    expect((await call(simulator, { body })).json()).toMatchObject({
      detail: [{ type: 'missing', loc: ['body', 'domain'] }],
    });
  });

  test('bytes that are not HTTP get 400 from the server, which survives', async () => {
    const simulator = await start();
    expect(await sendRaw(simulator, '\u0016\u0003\u0001 not http\r\n\r\n')).toContain('400');
    expect((await call(simulator)).status).toBe(200);
  });
});
