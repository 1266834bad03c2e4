import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { send } from '../../helpers/http.ts';
import { metricOf } from '../../helpers/metrics.ts';
import { rawSocket } from '../../helpers/raw.ts';
import { startRowgate, type TestRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { type ScriptedFunction, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const megabyte = Buffer.alloc(1024 * 1024);

/** What a call's query asks for. */
const responders: Readonly<Record<string, (write: (chunk: Buffer) => void) => unknown>> = {
  endless: (write) => Array.from({ length: 64 }, () => write(megabyte)),
  events: (write) => write(Buffer.from('data: 1\n\n')),
};

describe('the place of a call is given back', () => {
  let fn: ScriptedFunction;
  let rowgate: TestRowgate;

  beforeEach(async () => {
    fn = await startScriptedFunction((_, response, { url = '' }) => {
      const [, kind] = /what=(\w+)/.exec(url) ?? [];
      const respond = responders[kind ?? ''];
      if (respond === undefined) return response.end('{}');
      response.setHeader('content-type', kind === 'events' ? 'text/event-stream' : 'text/plain');
      return respond((chunk) => response.write(chunk));
    });
    const limited = { max_concurrency: 1, timeout_seconds: 1 };
    const get = { api_endpoint_url: 'GET /run/companies/demo/it/get', workflow_slug: 'get', ...limited };
    rowgate = await startRowgate([echoRow(limited), echoRow(get)], { UPSTREAM_CONNECT_TO: fn.origin });
  });
  afterEach(async () => {
    await rowgate.close();
    await fn[Symbol.asyncDispose]();
  });

  const inFlight = () => metricOf(rowgate.url, 'rowgate_calls_in_flight');

  test.each(['endless', 'events'])('where the request is a HEAD and the response is %s', async (what) => {
    const url = `${rowgate.url}/run/companies/demo/it/get`;
    for (let call = 0; call < 3; call += 1) {
      const head = await send(`${url}?what=${what}`, { method: 'HEAD' });
      expect([head.status, head.body.byteLength]).toEqual([200, 0]);
    }
    expect((await send(url, { method: 'GET' })).status).toBe(200);
    expect(await inFlight()).toBe(0);
  });

  test('at the deadline, where the caller does not read what comes', async () => {
    const socket = rawSocket(rowgate.url);
    socket.write(`POST ${path}?what=endless HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`);
    await once(socket, 'readable');
    await until('it is in flight', async () => (await inFlight()) === 1);
    await until('its place is free', async () => (await inFlight()) === 0);
    await until('the function is let go', () => fn.open() === 0);
    expect((await send(rowgate.url + path)).status).toBe(200);
    socket.destroy();
  });
});

test('responses take room in the budget for as long as nobody reads them, one of each connection', async () => {
  const [size, callers] = [250 * 1024, 4];
  const called = Array.from({ length: callers }, () => 0);
  await using fn = await startScriptedFunction((_, response, { url = '' }) => {
    const caller = Number(/caller=(\d+)/.exec(url)?.[1]);
    called[caller] = (called[caller] ?? 0) + 1;
    response.end(Buffer.alloc(size));
  });
  const rowgate = await startRowgate([echoRow({ timeout_seconds: 5 })], { UPSTREAM_CONNECT_TO: fn.origin });
  try {
    const sockets = called.map(() => rawSocket(rowgate.url).pause());
    const sent = called.map(() => 0);
    const held = () => metricOf(rowgate.url, 'rowgate_buffered_bytes');
    // A connection itself takes some megabytes. Its next request is handled once it has taken a response, and asks for more.
    await until('a response of each is held', async () => {
      for (const [caller, socket] of sockets.entries()) {
        if (sent[caller] !== called[caller]) continue;
        socket.write(
          `POST ${path}?caller=${caller} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`,
        );
        sent[caller] = (sent[caller] ?? 0) + 1;
      }
      return (await held()) === callers * size;
    });
    await until('they are given up at the deadline', async () => (await held()) === 0);
    // The requests that wait behind them are not handled any more.
    expect(called).toEqual(sent.map((requests) => requests - 1));
    for (const socket of sockets) socket.destroy();
  } finally {
    await rowgate.close();
  }
});

test('a response that breaks off is not complete for an HTTP/1.0 caller either', async () => {
  await using fn = await startScriptedFunction((_, response) => {
    response.write(megabyte, () => response.destroy());
  });
  const rowgate = await startRowgate([echoRow()], { UPSTREAM_CONNECT_TO: fn.origin });
  try {
    const socket = rawSocket(rowgate.url);
    socket.resume().write(`POST ${path} HTTP/1.0\r\ncontent-length: 0\r\n\r\n`);
    await expect(once(socket, 'end')).rejects.toThrow('ECONNRESET');
  } finally {
    await rowgate.close();
  }
});
