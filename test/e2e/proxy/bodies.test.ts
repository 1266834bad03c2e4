import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { metricOf } from '../../helpers/metrics.ts';
import { rawSocket } from '../../helpers/raw.ts';
import { type Environment, startRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until, untilStill } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const bytes = { 'content-type': 'application/octet-stream' };
const megabyte = 1024 * 1024;

async function startWith(script: Script, row: TestRow = {}, env: Environment = {}) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const rowgate = await startRowgate([echoRow(row)], { UPSTREAM_CONNECT_TO: fn.origin, ...env });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const url = rowgate.url + path;
  return { fn, url, rowgate, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Responds with the size and digest of what it received. */
const digest: Script = async (_, response, incoming) => {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of incoming) {
    hash.update(chunk);
    size += Buffer.from(chunk).byteLength;
  }
  const { 'content-length': length = null, 'transfer-encoding': transfer = null } = incoming.headers;
  response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ size, sha256: hash.digest('hex'), length, transfer }));
};

const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

describe('a body on its way to the function', () => {
  const body = randomBytes(3 * megabyte);

  test.each([
    ['too large to be buffered, with its length', {}, { length: String(body.length), transfer: null }],
    [
      'too large to be buffered, in chunks',
      { 'transfer-encoding': 'chunked' },
      { length: null, transfer: 'chunked' },
    ],
  ])('%s, arrives as it was sent', async (_, headers, framing) => {
    await using started = await startWith(digest);
    const response = await send(started.url, { headers: { ...bytes, ...headers }, body });
    expect(jsonOf(response)).toEqual({ size: body.length, sha256: sha256(body), ...framing });
  });

  test('small and in chunks, is sent on with its length', async () => {
    await using started = await startWith(digest);
    const response = await send(started.url, {
      headers: { ...bytes, 'transfer-encoding': 'chunked' },
      body: 'abc',
    });
    expect(jsonOf(response)).toEqual({
      size: 3,
      sha256: sha256(Buffer.from('abc')),
      length: '3',
      transfer: null,
    });
  });

  test('is buffered whole where the row is idempotent', async () => {
    await using started = await startWith(digest, { idempotent: true });
    const response = await send(started.url, { headers: { ...bytes, 'transfer-encoding': 'chunked' }, body });
    expect(jsonOf(response)).toMatchObject({ size: body.length, length: String(body.length) });
  });

  test('reaches the function before the caller has sent all of it, and waits for a function that does not read', async () => {
    let sent = 0;
    const { promise: reading, resolve: read } = Promise.withResolvers<void>();
    await using started = await startWith(
      async (call, response, incoming) => {
        incoming.pause();
        await reading;
        await digest(call, response, incoming);
      },
      {},
      { MAX_BODY_BYTES: String(200 * megabyte) },
    );
    const outgoing = request(started.url, { method: 'POST', headers: bytes, agent: false });
    const responded = once(outgoing, 'response');
    const chunk = Buffer.alloc(megabyte);
    const sending = (async () => {
      for (; sent < 100; sent += 1) if (!outgoing.write(chunk)) await once(outgoing, 'drain');
      outgoing.end();
    })();
    await until('the function is called', () => started.fn.calls() === 1);
    await untilStill('the caller is made to wait', () => sent);
    expect(sent).toBeLessThan(50);
    read();
    await sending;
    const [response] = await responded;
    expect(JSON.parse(await text(response))).toMatchObject({ size: 100 * megabyte });
  });

  test('above MAX_BODY_BYTES is refused while it is streamed, and the call of the function is broken off', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    await using started = await startWith(
      (_, __, incoming) => {
        incoming.on('error', () => resolve()).resume();
      },
      {},
      { MAX_BODY_BYTES: String(megabyte) },
    );
    const headers = { ...bytes, 'transfer-encoding': 'chunked' };
    const response = await send(started.url, { headers, body: randomBytes(megabyte + 1) });
    expect(jsonOf(response)).toMatchObject({ status: 413, code: 'body_too_large', workflow_slug: 'echo' });
    expect(response.headers.connection).toBe('close');
    await aborted;
  });

  test('that ends too soon breaks off the call, and the process serves on', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    await using started = await startWith((call, response, incoming) =>
      call === 0 ? incoming.on('error', () => resolve()).resume() : digest(call, response, incoming),
    );
    const { hostname, port } = new URL(started.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${2 * megabyte}\r\n\r\n`);
    socket.write(Buffer.alloc(megabyte));
    await until('the function is called', () => started.fn.calls() === 1);
    socket.destroy();
    await aborted;
    expect((await send(started.url, { headers: bytes, body: 'abc' })).status).toBe(200);
  });

  test('whose chunks break off in garbage breaks off the call', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    await using started = await startWith((_, __, incoming) =>
      incoming.on('error', () => resolve()).resume(),
    );
    const { hostname, port } = new URL(started.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    const size = 300 * 1024;
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n`);
    socket.write(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`);
    await until('the function is called', () => started.fn.calls() === 1);
    socket.write('zz\r\n');
    await aborted;
    socket.destroy();
    expect(started.fn.calls()).toBe(1);
  });

  test('is not waited for where the function responds before it has read it', async () => {
    await using started = await startWith((_, response) =>
      response.writeHead(422, { 'content-type': 'application/json' }).end('{"detail":"no"}'),
    );
    const response = await send(started.url, { headers: bytes, body: randomBytes(megabyte) });
    expect([response.status, jsonOf(response)]).toEqual([422, { detail: 'no' }]);
  });

  test('that is announced and does not come keeps no other out', async () => {
    const env = { MAX_BUFFERED_BYTES: String(megabyte) };
    await using started = await startWith(digest, { idempotent: true }, env);
    const announced = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${megabyte}\r\n\r\n{`;
    const sockets = [1, 2].map(() => rawSocket(started.url));
    for (const socket of sockets) socket.write(announced);
    const inFlight = () => metricOf(started.rowgate.url, 'rowgate_calls_in_flight');
    await until('both are waited for', async () => (await inFlight()) === sockets.length);
    const response = await send(started.url, { headers: bytes, body: randomBytes(megabyte / 2) });
    expect(response.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test('that is compressed is touched neither there nor back', async () => {
    await using started = await startWith(async (_, response, incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
      const got = gunzipSync(Buffer.concat(chunks)).toString();
      const encoding = incoming.headers['content-encoding'];
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ got, encoding })));
    });
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await send(started.url, { headers, body: gzipSync('{"a":1}') });
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(response.body).toString())).toEqual({ got: '{"a":1}', encoding: 'gzip' });
  });
});

test('a response too large to be buffered waits for a caller that does not read', async () => {
  let written = 0;
  await using started = await startWith(async (_, response) => {
    for (; written < 100; written += 1) {
      if (!response.write(Buffer.alloc(megabyte))) await once(response, 'drain');
    }
    response.end();
  });
  const outgoing = request(started.url, { method: 'POST', agent: false }).end();
  const [response] = await once(outgoing, 'response');
  await untilStill('the function is made to wait', () => written);
  expect(written).toBeLessThan(50);
  let size = 0;
  for await (const chunk of response) size += chunk.length;
  expect(size).toBe(100 * megabyte);
});
