import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closed, problemCodeIn, rawExchange, rawSocket, statusesIn } from '../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../helpers/rowgate.ts';
import { echoRow } from '../helpers/rows.ts';
import { until } from '../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const close = 'connection: close\r\n';
const post = `POST ${path} HTTP/1.1\r\nhost: localhost\r\n`;
const maxBodyBytes = 1000;

describe('a request that is odd but proper', () => {
  let rowgate: TestRowgate;
  beforeAll(async () => {
    rowgate = await startRowgate([echoRow()], { MAX_BODY_BYTES: String(maxBodyBytes) });
  });
  beforeEach(() => {
    rowgate.calls.length = 0;
  });
  afterAll(() => rowgate.close());

  const bodies = () => rowgate.calls.map(({ body }) => Buffer.from(body).toString());

  test('that expects 100-continue gets it before it sends its body, with a length and in chunks', async () => {
    for (const [framing, body] of [
      ['content-length: 2', '{}'],
      ['transfer-encoding: chunked', '2\r\n{}\r\n0\r\n\r\n'],
    ]) {
      const socket = rawSocket(rowgate.url);
      let responses = '';
      socket.on('data', (chunk: Buffer) => (responses += chunk.toString()));
      socket.write(`${post}${close}expect: 100-continue\r\n${framing}\r\n\r\n`);
      await until('100 came', () => statusesIn(responses).includes(100));
      socket.write(String(body));
      await until('the response came', () => statusesIn(responses).includes(200));
    }
    expect(bodies()).toEqual(['{}', '{}']);
  });

  test('that expects 100-continue for a body too large gets 413 at once, and no 100', async () => {
    const bytes = `${post}expect: 100-continue\r\ncontent-length: ${maxBodyBytes + 1}\r\n\r\n`;
    const responses = await rawExchange(rowgate.url, bytes);
    expect([statusesIn(responses), problemCodeIn(responses)]).toEqual([[413], 'body_too_large']);
    expect(rowgate.calls).toEqual([]);
  });

  test.each([
    ['for no route', `POST /run/companies/demo/nobody/lookup HTTP/1.1\r\nhost: localhost\r\n`, 404],
    ['for a host that is not allowed', `POST ${path} HTTP/1.1\r\nhost: other.example\r\n`, 403],
    ['that is malformed', `POST ${path} HTTP/1.1\r\nhost: a@b\r\n`, 400],
  ])('that expects 100-continue, %s, is refused without its body', async (_, head, status) => {
    const responses = await rawExchange(
      rowgate.url,
      `${head}expect: 100-continue\r\ncontent-length: 100\r\n\r\n`,
    );
    expect(statusesIn(responses)).toEqual([status]);
    expect(responses.toLowerCase()).toContain('connection: close');
  });

  test('that expects something else is a call like any other', async () => {
    const responses = await rawExchange(
      rowgate.url,
      `${post}${close}expect: miracles\r\ncontent-length: 2\r\n\r\n{}`,
    );
    expect(statusesIn(responses)).toEqual([200]);
    expect(String(rowgate.calls[0]?.rawHeaders)).not.toContain('miracles');
  });

  test('that asks for another protocol goes on in this one', async () => {
    const upgrades = [
      'connection: close, upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n',
      'connection: close, upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n',
    ];
    for (const upgrade of upgrades) {
      const responses = await rawExchange(rowgate.url, `${post}${upgrade}content-length: 2\r\n\r\n{}`);
      expect(statusesIn(responses)).toEqual([200]);
    }
    expect(bodies()).toEqual(['{}', '{}']);
    expect(rowgate.calls.flatMap(({ rawHeaders }) => rawHeaders)).not.toContain('upgrade');
  });

  test.each([
    ['CONNECT', `CONNECT a.modal.run:443 HTTP/1.1\r\nhost: a.modal.run:443\r\n\r\n`],
    ['OPTIONS *', `OPTIONS * HTTP/1.1\r\nhost: localhost\r\n${close}\r\n`],
    ['the preface of HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`],
    ['the hello of TLS', `\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03`],
  ])('that is %s is refused as a problem', async (_, bytes) => {
    const responses = await rawExchange(rowgate.url, bytes);
    expect([statusesIn(responses), problemCodeIn(responses)]).toEqual([[400], 'invalid_request']);
    expect(rowgate.calls).toEqual([]);
  });

  test('that is CONNECT and then reset harms nobody else', async () => {
    const socket = rawSocket(rowgate.url);
    socket.write('CONNECT a.modal.run:443 HTTP/1.1\r\nhost: a.modal.run:443\r\n\r\n');
    await once(socket, 'data');
    socket.resetAndDestroy();
    await closed(socket);
    const responses = await rawExchange(rowgate.url, `${post}${close}content-length: 2\r\n\r\n{}`);
    expect(statusesIn(responses)).toEqual([200]);
  });

  test('with its target in absolute form is the same call, for the host that the target names', async () => {
    const absolute = (authority: string, host: string): string =>
      `POST http://${authority}${path}?a=1 HTTP/1.1\r\nhost: ${host}\r\n${close}content-length: 2\r\n\r\n{}`;
    const foreign = await rawExchange(rowgate.url, absolute('other.example', 'localhost'));
    expect([statusesIn(foreign), problemCodeIn(foreign)]).toEqual([[403], 'host_not_allowed']);
    const own = await rawExchange(rowgate.url, absolute('localhost:3000', 'other.example'));
    expect(statusesIn(own)).toEqual([200]);
    expect(rowgate.calls).toMatchObject([{ host: 'demodata--app-echo.modal.run', target: '/?a=1' }]);
  });

  test('in HTTP/1.0 gets a response and a closed connection, also without a Host, as health checks send it', async () => {
    const check = await rawExchange(rowgate.url, 'GET /readyz HTTP/1.0\r\n\r\n');
    expect(statusesIn(check)).toEqual([200]);
    const call = await rawExchange(rowgate.url, `POST ${path} HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}`);
    expect(statusesIn(call)).toEqual([200]);
    expect(bodies()).toEqual(['{}']);
  });

  test('sent behind others on one connection gets its response in turn', async () => {
    const call = (body: string, steering: string) =>
      `${post}${steering}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const bytes = [call('{"n":1}', 'x-sim-latency-ms: 100\r\n'), call('{"n":2}', ''), call('{"n":3}', close)];
    const responses = await rawExchange(rowgate.url, bytes.join(''));
    expect(statusesIn(responses)).toEqual([200, 200, 200]);
    expect([...responses.matchAll(/"n":(\d)/g)].map(([, n]) => n)).toEqual(['1', '2', '3']);
  });
});
