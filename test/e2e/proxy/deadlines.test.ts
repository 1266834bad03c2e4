import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';
import { until } from '../../helpers/until.ts';

const path = '/run/companies/demo/echo/lookup';

async function startWith(script: Script, timeoutSeconds: number) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const rowgate = await startRowgate([echoRow({ timeout_seconds: timeoutSeconds })], {
    UPSTREAM_CONNECT_TO: fn.origin,
  });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = () => send(rowgate.url + path, { body: '{}' });
  return { fn, ask, rowgate, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Head and first event at once, then an event every so often, so many times, then nothing; the end where it is asked for. */
const events =
  (everyMs: number, count: number, hasEnd: boolean): Script =>
  async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let n = 0; n < count; n += 1) {
      response.write(`data: ${n}\n\n`);
      await delay(everyMs);
    }
    if (hasEnd) response.end();
  };

describe('a function that is too slow', () => {
  test.each<readonly [string, Script]>([
    ['with its head', () => undefined],
    ['with its body', (_, response) => response.writeHead(200).write('{')],
    [
      'a byte at a time',
      (_, response) => {
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('%s is 504 at the deadline, and is hung up on', async (_, script) => {
    await using started = await startWith(script, 1);
    const startedAt = performance.now();
    const response = await started.ask();
    expect(jsonOf(response)).toMatchObject({ status: 504, code: 'deadline_exceeded' });
    expect(response.headers['proxy-status']).toBe('rowgate; error=http_response_timeout');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
    await until('the connection to the function is closed', () => started.fn.open() === 0);
  });

  test('with the rest of a long response is cut, so that nobody takes the part for the whole', async () => {
    await using started = await startWith((_, response) => response.write(Buffer.alloc(300 * 1024)), 3);
    await expect(started.ask()).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await until('it is reported as cut', () =>
      started.rowgate.observations.some((seen) => seen.kind === 'call_ended' && seen.outcome === 'cut'),
    );
    await until('the connection to the function is closed', () => started.fn.open() === 0);
  });
});

describe('a stream of events', () => {
  test('goes on beyond the deadline for as long as events come', async () => {
    await using started = await startWith(events(250, 15, true), 3);
    const response = await started.ask();
    expect(response.body.toString().match(/data:/g)).toHaveLength(15);
  });

  test('is cut when none has come for as long as the deadline', async () => {
    await using started = await startWith(events(10, 3, false), 3);
    await expect(started.ask()).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await until('the connection to the function is closed', () => started.fn.open() === 0);
  });

  test('that has no content ends the call at once', async () => {
    await using started = await startWith(
      (_, response) => response.writeHead(204, { 'content-type': 'text/event-stream' }).end(),
      30,
    );
    expect((await started.ask()).status).toBe(204);
    const metrics = await send(`${started.rowgate.url}/metrics`, { method: 'GET' });
    expect(metrics.body.toString()).toMatch(/^rowgate_calls_in_flight 0$/m);
  });

  test('comes to the caller event by event', async () => {
    await using started = await startWith(events(300, 3, true), 30);
    const response = await fetch(started.rowgate.url + path, { method: 'POST', body: '{}' });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe('data: 0\n\n');
    expect(started.fn.open()).toBe(1);
    await reader?.cancel();
    await until('the connection to the function is closed', () => started.fn.open() === 0);
  });
});
