import { describe, expect, test } from 'vitest';
import { jsonOf, send } from '../../helpers/http.ts';
import { startRowgate } from '../../helpers/rowgate.ts';
import { echoRow } from '../../helpers/rows.ts';
import { respondPlatformError, type Script, startScriptedFunction } from '../../helpers/scripted-function.ts';

async function startWith(script: Script) {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startScriptedFunction(script));
  const env = { UPSTREAM_CONNECT_TO: fn.origin, MAX_BUFFERED_BYTES: '0' };
  const rowgate = await startRowgate([echoRow()], env);
  opened.defer(rowgate.close);
  const owned = opened.move();
  const ask = () => send(`${rowgate.url}/run/companies/demo/echo/lookup`, { body: '{}' });
  return { ask, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe('where MAX_BUFFERED_BYTES leaves no room', () => {
  test.each([
    [408, 'Missing request, possibly due to expiry or cancellation', 503, 'result_expired'],
    [404, 'modal-http: invalid function call', 502, 'function_not_deployed'],
    [500, 'modal-http: internal error: function execution timed out', 504, 'function_timed_out'],
  ])('a %i of the platform, %j, is still reported as %i %s', async (received, text, status, code) => {
    await using started = await startWith((_, response) => respondPlatformError(response, received, text));
    expect(jsonOf(await started.ask())).toMatchObject({ status, code });
  });

  test('an error of the platform is known also where it comes in pieces', async () => {
    await using started = await startWith((_, response) => {
      response.writeHead(408, { 'content-type': 'text/plain' });
      for (const piece of ['Missing ', 'request, possibly due to ', 'expiry or cancellation'])
        response.write(piece);
      response.end();
    });
    expect(jsonOf(await started.ask())).toMatchObject({ status: 503, code: 'result_expired' });
  });

  test.each([[100], [1025], [100_000]])(
    "an error of the function's own, of %i bytes, is passed on whole",
    async (size) => {
      const text = 'x'.repeat(size);
      await using started = await startWith((_, response) => {
        response.writeHead(408, { 'content-type': 'text/plain' }).write(text.slice(0, 50));
        response.end(text.slice(50));
      });
      const response = await started.ask();
      expect([response.status, response.body.toString()]).toEqual([408, text]);
    },
  );
});
