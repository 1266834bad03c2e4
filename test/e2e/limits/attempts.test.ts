import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { rawSocket } from '../../helpers/raw.ts';
import { type Environment, startRowgate } from '../../helpers/rowgate.ts';
import { echoRow, type TestRow } from '../../helpers/rows.ts';
import { respondPlatformError, type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';
const maxBodyBytes = 1024 * 1024;

async function startWith(script: Script, row: TestRow = {}, env: Environment = {}) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const rowgate = await startRowgate([echoRow(row)], { UPSTREAM_CONNECT_TO: fn.origin, ...env });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = (body: Uint8Array | string = '{}', headers: Record<string, string> = {}) =>
    send(rowgate.url + path, { headers, body });
  /** A caller that can leave. */
  const come = () => {
    const socket = rawSocket(rowgate.url);
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}`);
    return { leave: () => socket.destroy() };
  };
  const finished = (status: number) =>
    until(`a call is over with ${status}`, () =>
      rowgate.observations.find((seen) => seen.kind === 'call_ended' && seen.status === status),
    );
  const metrics = async () => (await send(`${rowgate.url}/metrics`, { method: 'GET' })).body.toString();
  return { fn, ask, come, finished, metrics, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('a body that proved too large while it was streamed counts as one attempt', async () => {
  await using started = await startWith(
    (_, __, request) => request.on('error', () => undefined).resume(),
    {},
    { MAX_BODY_BYTES: String(maxBodyBytes) },
  );
  const response = await started.ask(randomBytes(maxBodyBytes + 1), { 'transfer-encoding': 'chunked' });
  expect(response.status).toBe(413);
  expect(response.headers['server-timing']).toMatch(/, attempts;desc="1"$/);
  expect(await started.finished(413)).toMatchObject({ attempts: 1 });
});

test('a caller that leaves while it waits for a place has made no attempt', async () => {
  await using started = await startWith(() => undefined, { max_concurrency: 1 });
  const first = started.come();
  await until('a call is in flight', () => started.fn.open() === 1);
  const second = started.come();
  await until('a call waits', async () => /^rowgate_calls_waiting 1$/m.test(await started.metrics()));
  second.leave();
  expect(await started.finished(499)).toMatchObject({ attempts: 0, upstreamMs: 0 });
  first.leave();
  await until('the function is hung up on', () => started.fn.open() === 0);
});

test('a caller that leaves during a retry has made two attempts', async () => {
  await using started = await startWith(
    (call, response) => call === 0 && respondPlatformError(response, 429, 'modal-http: rate limit exceeded'),
  );
  const caller = started.come();
  await until('the function is called again', () => started.fn.calls() === 2);
  caller.leave();
  expect(await started.finished(499)).toMatchObject({ attempts: 2 });
});

test('a call whose retry meets an open breaker is told how its own try ended', async () => {
  const waiting: ServerResponse[] = [];
  await using started = await startWith((_, response) => waiting.push(response), { idempotent: true });
  const calls = Array.from({ length: 12 }, () => started.ask());
  await until('all are at the function', () => waiting.length === 12);
  for (const response of waiting) response.socket?.resetAndDestroy();
  for (const response of await Promise.all(calls)) {
    expect(jsonOf(response)).toMatchObject({ status: 502, code: 'upstream_connection_lost' });
    expect(response.headers['server-timing']).toMatch(/, attempts;desc="1"$/);
  }
  expect(started.fn.calls()).toBe(12);
});
