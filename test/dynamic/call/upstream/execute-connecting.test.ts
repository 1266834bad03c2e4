import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasProgram } from '../../../../scripts/bench/programs.ts';
import { startTcpProxy, type TcpProxy } from '../../../helpers/proxies/tcp-proxy.ts';
import { startTlsFunction } from '../../../helpers/tls-function.ts';
import { until } from '../../../helpers/until.ts';
import { callOf, createCore, routeOf, take } from '../calls.ts';
import { settled } from '../settled.ts';
import { chunksThen, sourceOf } from '../sources.ts';

const authorities = getCACertificates();
const hasOpenssl = await hasProgram('openssl', 'version');

/** A function to which the connection is made when a test says so. */
async function startFarFunction() {
  await using opened = new AsyncDisposableStack();
  const fn = opened.use(await startTlsFunction((_, response) => response.end('{}')));
  setDefaultCACertificates([fn.certificate]);
  const proxy = await startTcpProxy(fn.origin);
  opened.defer(proxy.close);
  proxy.mute();
  const core = opened.use(createCore({ connectTo: proxy.url(fn.origin).replace(/\/$/, '') }));
  const owned = opened.move();
  return { fn, proxy, core, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Lets the one connection be made, which nobody waits for any more: it is closed at once. */
async function letIn(proxy: TcpProxy): Promise<void> {
  expect(proxy.connections()).toBe(1);
  proxy.unmute();
  await until('it is closed', () => proxy.connections() === 0);
}

describe.skipIf(!hasOpenssl)(
  'while the connection to the function is being made (skipped: needs openssl)',
  () => {
    beforeAll(() => setDefaultCACertificates([...authorities]));
    afterAll(() => setDefaultCACertificates([...authorities]));

    test('a call waits for it, and is made once it is there', async () => {
      await using started = await startFarFunction();
      const { core, fn, proxy } = started;
      const result = core.execute(callOf(routeOf()));
      await until('it is connecting', () => proxy.connections() === 1);
      proxy.unmute();
      expect(await take(await result)).toMatchObject({ status: 200 });
      expect(fn.calls()).toBe(1);
      expect(await settled(core)).toMatchObject([{ outcome: 'whole', attempts: 1 }]);
    });

    test.each([
      ['bytes', () => Buffer.from('{}')],
      ['a stream', () => sourceOf(chunksThen(100, 8_192)).body],
    ])(
      'the deadline ends the call, and a connection that is made after it carries nothing of %s',
      async (_, bodyOf) => {
        await using started = await startFarFunction();
        const { core, fn, proxy } = started;
        const route = { ...routeOf(), timeoutSeconds: 0.2 };
        const result = await take(await core.execute(callOf(route, { body: bodyOf() })));
        expect(result.body).toBe('deadline_exceeded');
        expect(await settled(core)).toMatchObject([
          { outcome: 'refused', status: 504, code: 'deadline_exceeded', attempts: 1, responseBytes: 0 },
        ]);
        await letIn(proxy);
        expect(fn.calls()).toBe(0);
      },
    );

    test('a caller that leaves ends the call, and the function never sees it', async () => {
      await using started = await startFarFunction();
      const { core, fn, proxy } = started;
      const caller = new AbortController();
      const result = core.execute(callOf(routeOf()), caller.signal);
      await until('it is connecting', () => proxy.connections() === 1);
      caller.abort();
      expect((await result).kind).toBe('abandoned');
      expect(await settled(core)).toMatchObject([
        { events: 'started ended', outcome: 'abandoned', code: null },
      ]);
      await letIn(proxy);
      expect(fn.calls()).toBe(0);
    });

    test('the next call is made, though the one before was given up', async () => {
      await using started = await startFarFunction();
      const { core, fn, proxy } = started;
      const quick = { ...routeOf(), timeoutSeconds: 0.2 };
      await take(await core.execute(callOf(quick, { requestId: 'early' })));
      const next = core.execute(callOf(routeOf(), { requestId: 'late' }));
      await until('it is connecting, too', () => proxy.connections() === 2);
      proxy.unmute();
      expect(await take(await next)).toMatchObject({ status: 200 });
      expect(fn.calls()).toBe(1);
      expect(await settled(core)).toMatchObject([
        { requestId: 'early', code: 'deadline_exceeded' },
        { requestId: 'late', outcome: 'whole' },
      ]);
    });
  },
);
