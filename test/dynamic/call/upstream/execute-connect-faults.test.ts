import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { errors } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { hasProgram } from '../../../../scripts/bench/programs.ts';
import { failureOf } from '../../../../src/dynamic/call/upstream/failures.ts';
import { freePort } from '../../../helpers/ports.ts';
import { startTlsFunction } from '../../../helpers/tls-function.ts';
import { callOf, createCore, routeOf, take } from '../calls.ts';
import { settled } from '../settled.ts';

const authorities = getCACertificates();
const hasOpenssl = await hasProgram('openssl', 'version');
afterEach(() => setDefaultCACertificates([...authorities]));

/** What a call gets whose function is at this origin, and what was reported of it. */
async function problemAt(connectTo: string, route = routeOf()) {
  await using core = createCore({ connectTo });
  const result = await core.execute(callOf(route));
  if (result.kind !== 'problem') throw new Error(`It is a ${result.kind}.`);
  await take(result);
  const [reported] = await settled(core);
  return { ...result.problem, reported };
}

/** As every connection that cannot be made: tried three times, and 503 in 5 s. */
const triedThrice = { outcome: 'refused', status: 503, attempts: 3 };

describe('a connection that cannot be made', () => {
  test('is upstream_connection_refused where nobody listens', async () => {
    expect(await problemAt(`http://127.0.0.1:${await freePort()}`)).toMatchObject({
      code: 'upstream_connection_refused',
      detail: expect.stringContaining('refused the connection'),
      headers: { 'proxy-status': 'rowgate; error=connection_refused', 'retry-after': '5' },
      reported: triedThrice,
    });
  });

  test('is upstream_name_not_found where the name does not resolve', async () => {
    expect(await problemAt('http://no-such-host.invalid')).toMatchObject({
      code: 'upstream_name_not_found',
      detail: expect.stringContaining('host name'),
      headers: { 'proxy-status': 'rowgate; error=dns_error', 'retry-after': '5' },
      reported: triedThrice,
    });
  });

  test.skipIf(!hasOpenssl)(
    'is upstream_certificate_invalid where nobody trusted vouches for the certificate (skipped: needs openssl)',
    async () => {
      await using fn = await startTlsFunction((_, response) => response.end());
      expect(await problemAt(fn.origin)).toMatchObject({
        code: 'upstream_certificate_invalid',
        detail: expect.stringContaining('not signed by an authority'),
        headers: { 'proxy-status': 'rowgate; error=tls_certificate_error', 'retry-after': '5' },
        reported: triedThrice,
      });
      expect(fn.calls()).toBe(0);
    },
  );

  test.skipIf(!hasOpenssl)(
    'is upstream_certificate_invalid where the certificate is for another name (skipped: needs openssl)',
    async () => {
      await using fn = await startTlsFunction((_, response) => response.end());
      setDefaultCACertificates([fn.certificate]);
      // A wildcard stands for one label.
      const route = routeOf({ modal_endpoint_url: 'https://echo.eu.modal.run' });
      expect(await problemAt(fn.origin, route)).toMatchObject({
        code: 'upstream_certificate_invalid',
        detail: expect.stringContaining('is for another host name'),
        reported: triedThrice,
      });
      expect(fn.calls()).toBe(0);
    },
  );

  test('is function_unreachable where TLS cannot be spoken', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('It has no port.');
    expect(await problemAt(`https://127.0.0.1:${address.port}`)).toMatchObject({
      code: 'function_unreachable',
      headers: { 'proxy-status': 'rowgate; error=tls_protocol_error' },
      reported: triedThrice,
    });
    server.close();
  });

  test.each([
    [new errors.ConnectTimeoutError('x'), 'upstream_connect_timeout', 'connection_timeout'],
    [withCode('ETIMEDOUT'), 'upstream_connect_timeout', 'connection_timeout'],
    [withCode('EAI_AGAIN'), 'upstream_name_not_found', 'dns_error'],
    [withCode('EHOSTUNREACH'), 'function_unreachable', 'destination_unavailable'],
    [withCode('CERT_HAS_EXPIRED'), 'upstream_certificate_invalid', 'tls_certificate_error'],
    [withCode('INVALID_PURPOSE'), 'upstream_certificate_invalid', 'tls_certificate_error'],
  ])('has a code and an error type of RFC 9209: %s', (error, code, proxyError) => {
    expect(failureOf(error, 30)).toMatchObject({
      problem: { code, headers: { 'proxy-status': `rowgate; error=${proxyError}` } },
      retry: 'safe',
      tripsBreaker: true,
    });
  });
});

test.skipIf(!hasOpenssl)(
  'a TLS connection that breaks after the request is lost: the function may have done its work (skipped: needs openssl)',
  async () => {
    let near: Socket | undefined;
    await using fn = await startTlsFunction(() => near?.write('no TLS record'));
    setDefaultCACertificates([fn.certificate]);
    const proxy = createServer((socket) => {
      near = socket.on('error', () => undefined);
      const far = connect(Number(new URL(fn.origin).port), '127.0.0.1').on('error', () => undefined);
      socket.pipe(far).pipe(socket);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    if (address === null || typeof address === 'string') throw new Error('It has no port.');
    expect(await problemAt(`https://127.0.0.1:${address.port}`)).toMatchObject({
      code: 'upstream_connection_lost',
      reported: { outcome: 'refused', status: 502, attempts: 1 },
    });
    expect(fn.calls()).toBe(1);
    proxy.close();
  },
);

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}
