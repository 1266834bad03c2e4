import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { logFields } from '../../../src/observability/log-line.ts';
import { headersOf, jsonOf, send } from '../../helpers/http.ts';
import { rawExchange, rawSocket, statusesIn } from '../../helpers/raw.ts';
import { respondJson, type Script } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';
import { settled } from '../call/settled.ts';
import { path, serveCore } from './serve.ts';

const json = { 'content-type': 'application/json' };
const origin = 'https://app.example.com';
const well: Script = (_, response, incoming) => respondJson(response, incoming);
const id = 'req_from-the:caller/1';
const contract = { request_schema: { type: 'object', required: ['domain'] } };

describe('the request id of a call', () => {
  test('is one in the response, the events and what the function gets', async () => {
    const got: unknown[] = [];
    await using served = await serveCore((call, response, incoming) => {
      got.push(headersOf(incoming.rawHeaders).get('x-request-id'));
      return well(call, response, incoming);
    });
    const response = await send(served.url + path, { headers: { ...json, 'x-request-id': id }, body: '{}' });
    expect([response.status, response.headers['x-request-id'], got]).toEqual([200, id, [id]]);
    expect(await settled(served.core)).toMatchObject([{ requestId: id, outcome: 'whole' }]);
  });

  test('is one in a problem, its header and the log line', async () => {
    await using served = await serveCore(well, { row: contract });
    const response = await send(served.url + path, { headers: { ...json, 'x-request-id': id }, body: '{}' });
    expect([response.status, response.headers['x-request-id']]).toEqual([422, id]);
    expect(jsonOf(response)).toMatchObject({ request_id: id, workflow_slug: 'echo', instance: path });
    expect(await settled(served.core)).toMatchObject([{ requestId: id, status: 422 }]);
    const ended = served.observations.find(({ kind }) => kind === 'call_ended');
    expect(ended && logFields(ended)).toMatchObject({ requestId: id, code: 'invalid_request_body' });
  });

  test('is made where the caller has none that is sane, and is one everywhere', async () => {
    await using served = await serveCore(well);
    const headers = { ...json, 'x-request-id': 'no spaces, please' };
    const response = await send(served.url + path, { headers, body: '{}' });
    const made = response.headers['x-request-id'];
    expect(made).toMatch(/^[0-9a-f]{32}$/);
    expect(await settled(served.core)).toMatchObject([{ requestId: made }]);
  });
});

describe('a fault of ours', () => {
  const fault = new Error('a bug of ours');
  const responded = (): never => {
    throw fault;
  };

  test('is a 500 with the request id that is in the log, for pages of other origins, too', async () => {
    await using served = await serveCore(well, { contracts: { responded }, corsOrigins: [origin] });
    const headers = { ...json, 'x-request-id': id, origin };
    const response = await send(served.url + path, { headers, body: '{}' });
    expect(jsonOf(response)).toMatchObject({ status: 500, code: 'internal_error', request_id: id });
    expect(response.headers).toMatchObject({
      'x-request-id': id,
      'x-workflow': 'echo',
      'access-control-allow-origin': origin,
      vary: 'Origin',
    });
    expect(response.body.toString()).not.toContain('a bug of ours');
    expect(await settled(served.core)).toMatchObject([
      { requestId: id, outcome: 'refused', status: 500, code: 'internal_error', error: fault },
    ]);
    expect(served.observations.filter(({ kind }) => kind === 'request_failed')).toMatchObject([
      { requestId: id, method: 'POST', path, error: fault },
    ]);
  });

  test('leaves the connection and the process to the next request', async () => {
    let calls = 0;
    const once = () => {
      calls += 1;
      if (calls === 1) throw fault;
    };
    await using served = await serveCore(well, { contracts: { responded: once } });
    const one = (connection: string) =>
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: ${connection}\r\ncontent-length: 2\r\n\r\n{}`;
    const bytes = await rawExchange(served.url, one('keep-alive') + one('close'));
    expect(statusesIn(bytes)).toEqual([500, 200]);
    expect(await settled(served.core)).toHaveLength(2);
  });
});

describe('HEAD', () => {
  test('on a GET row calls the function by GET, and ends its response without a body', async () => {
    const methods: unknown[] = [];
    await using served = await serveCore(
      (_, response, incoming) => {
        methods.push(incoming.method);
        response.end(Buffer.alloc(1024 * 1024));
      },
      { row: { api_endpoint_url: `GET ${path}` } },
    );
    const response = await send(served.url + path, { method: 'HEAD' });
    expect([response.status, response.body.byteLength, methods]).toEqual([200, 0, ['GET']]);
    await until('the function is hung up on', () => served.fn.open() === 0);
    expect(await settled(served.core)).toMatchObject([{ outcome: 'whole', status: 200, responseBytes: 0 }]);
  });
});

describe('an upload', () => {
  test('that its caller breaks off is an abandoned call', async () => {
    await using served = await serveCore((_, __, incoming) => incoming.on('error', () => undefined).resume());
    for (const size of [10, 500 * 1024]) {
      const socket = rawSocket(served.url);
      socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${size + 1}\r\n\r\n`);
      socket.write(Buffer.alloc(size));
      await until('the call has started', () => served.core.held().inFlight === 1);
      if (size > 256 * 1024) await until('the function is called', () => served.fn.open() === 1);
      socket.destroy();
      await until('the call has ended', () => served.core.held().inFlight === 0);
    }
    await until('the function is hung up on', () => served.fn.open() === 0);
    expect(await settled(served.core)).toMatchObject([
      { outcome: 'abandoned', status: 499, code: null, attempts: 0 },
      { outcome: 'abandoned', status: 499, code: null, attempts: 1 },
    ]);
  });

  test('that the function does not want ends the connection, once its caller has read the response', async () => {
    await using served = await serveCore((_, response) => response.writeHead(422).end('{}'));
    const size = 8 * 1024 * 1024;
    const socket = rawSocket(served.url);
    let received = '';
    let isReset = false;
    let ended = false;
    socket.on('error', () => (isReset = true)).on('end', () => (ended = true));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size / 2));
    await until('its response and the end are there', () => ended);
    expect(received.toLowerCase()).toContain('\r\nconnection: close\r\n');
    expect(statusesIn(received)).toEqual([422]);
    expect(isReset).toBe(false);
    socket.destroy();
    expect(await settled(served.core)).toMatchObject([{ status: 422, outcome: 'whole' }]);
  });

  test('of any size is read by the server after a response, so that a caller that first sends it all gets it', async () => {
    await using served = await serveCore((_, response) => response.writeHead(422).end('{}'));
    const size = 8 * 1024 * 1024;
    const socket = connectHalfOpen(served.url).pause();
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${size}\r\n\r\n`);
    const piece = Buffer.alloc(size / 16);
    for (let sent = 0; sent < size; sent += piece.byteLength) {
      const isSent = Promise.withResolvers<void>();
      socket.write(piece, () => isSent.resolve());
      await isSent.promise;
      // The response is out before the last piece is sent.
      await until('the call has ended', () => served.core.held().inFlight === 0 || sent === 0);
    }
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.resume();
    await until('the response is there', () => statusesIn(received).length === 1);
    socket.destroy();
    expect(statusesIn(received)).toEqual([422]);
  });

  test('that is small leaves its connection to the next request', async () => {
    await using served = await serveCore((_, response) => response.end('{}'), { corsOrigins: [] });
    const refused = `POST ${path} HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 2\r\n\r\n`;
    const socket = rawSocket(served.url);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.write(refused);
    await until('it is refused before its body is there', () => statusesIn(received).length === 1);
    socket.write(`{}POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`);
    await until('the next response is there, too', () => statusesIn(received).length === 2);
    socket.destroy();
    expect(statusesIn(received)).toEqual([403, 200]);
  });
});

/** A connection that stays open for writing where the server has closed its side. */
function connectHalfOpen(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect({ host: hostname, port: Number(port), allowHalfOpen: true }).on('error', () => undefined);
}

test('a response that its caller leaves is abandoned, with the bytes that went out', async () => {
  await using served = await serveCore((_, response) => response.write(Buffer.alloc(1024 * 1024)));
  const outgoing = request(served.url + path, { method: 'POST', agent: false });
  outgoing.on('error', () => undefined);
  outgoing.on('response', (incoming) => {
    incoming.on('error', () => undefined).once('data', () => outgoing.destroy());
  });
  outgoing.end();
  await until('the call has ended', () => served.observations.some(({ kind }) => kind === 'call_ended'));
  await until('the function is hung up on', () => served.fn.open() === 0);
  const [reported] = await settled(served.core);
  expect(reported).toMatchObject({ outcome: 'abandoned', status: 200, code: null });
  expect(reported?.responseBytes).toBeGreaterThan(0);
});
