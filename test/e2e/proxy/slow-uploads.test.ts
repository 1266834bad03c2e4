import { expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { problemCodeIn, rawExchange, statusesIn } from '../../helpers/raw.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { respondJson, type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';

const path = '/run/companies/demo/echo/lookup';
/** More than is held, so that the function is called before all of it is there. */
const bodyBytes = 300_000;

async function startWith(script: Script, timeoutSeconds = 1) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const rowgate = await startRowgate([echoRow({ timeout_seconds: timeoutSeconds })], {
    UPSTREAM_CONNECT_TO: fn.origin,
  });
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = (body: Uint8Array | string = '{}') => send(rowgate.url + path, { body });
  /** A caller that sends a piece of what it declares; what it gets until it is hung up on. */
  const stall = () =>
    rawExchange(
      rowgate.url,
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${bodyBytes}\r\n\r\n{"a"`,
    );
  return { fn, ask, stall, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('callers that stall in their bodies are told so, and open no breaker of a function that is well', async () => {
  await using started = await startWith(async (_, response, request) => {
    request.on('error', () => undefined);
    await respondJson(response, request).catch(() => undefined);
  });
  const responses = await Promise.all(Array.from({ length: 12 }, () => started.stall()));
  for (const response of responses) {
    expect([statusesIn(response), problemCodeIn(response)]).toEqual([[504], 'body_too_slow']);
    expect(response).toContain("The body did not arrive completely within the call's timeout of 1 s");
    expect(response).toMatch(/^proxy-status: rowgate; error=connection_read_timeout\r$/im);
    expect(response).toMatch(/attempts;desc="1"/);
  }
  expect(started.fn.calls()).toBe(12);
  expect((await started.ask()).status).toBe(200);
});

test('a function that has the whole of a streamed body and does not respond is at fault', async () => {
  // Longer than it takes to send the bodies, on a machine however busy.
  await using started = await startWith((_, __, request) => request.resume(), 8);
  const responses = await Promise.all(Array.from({ length: 10 }, () => started.ask(Buffer.alloc(bodyBytes))));
  for (const response of responses)
    expect(jsonOf(response)).toMatchObject({ status: 504, code: 'deadline_exceeded' });
  expect(jsonOf(await started.ask())).toMatchObject({ code: 'breaker_open' });
});

test('a body that stalls does not count as a response of the function either', async () => {
  await using started = await startWith((call, response, request) =>
    call === 9 ? request.on('error', () => undefined).resume() : response.socket?.resetAndDestroy(),
  );
  for (let n = 0; n < 9; n += 1) await started.ask();
  expect(problemCodeIn(await started.stall())).toBe('body_too_slow');
  expect((await started.ask()).status).toBe(502);
  expect(jsonOf(await started.ask())).toMatchObject({ code: 'breaker_open' });
});
