import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { makeCertificate } from '../../scripts/bench/proxy/certificate.ts';
import { temporaryDirectory } from './process.ts';

export type TlsFunction = AsyncDisposable &
  Readonly<{
    origin: string;
    /** For `tls.setDefaultCACertificates`, so that its certificate is accepted. */
    certificate: string;
    /** Requests that reached it. */
    calls: () => number;
  }>;

/**
 * A function behind TLS, as they all are: with a mute proxy before it (tcp-proxy.ts), the connection to it takes as long to make
 * as a test wants. Its certificate is for *.modal.run, of an authority made for it.
 *
 * @throws Error where openssl is not installed, which makes the certificate.
 */
export async function startTlsFunction(respond: RequestListener): Promise<TlsFunction> {
  const { key, certificate } = await newCertificate();
  let calls = 0;
  const server = createServer({ key, cert: certificate }, (request, response) => {
    calls += 1;
    respond(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The function has no port.');
  return {
    origin: `https://127.0.0.1:${address.port}`,
    certificate,
    calls: () => calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function newCertificate(): Promise<Readonly<{ key: string; certificate: string }>> {
  await using directory = await temporaryDirectory();
  const made = await makeCertificate(directory.path);
  if (made === null) throw new Error('openssl is not installed.');
  const [key, certificate] = await Promise.all([
    readFile(made.keyFile, 'utf8'),
    readFile(made.certificateFile, 'utf8'),
  ]);
  return { key, certificate };
}
