import { once } from 'node:events';
import { createServer } from 'node:net';

export type RawFunction = AsyncDisposable &
  Readonly<{
    /** For UPSTREAM_CONNECT_TO. */
    origin: string;
  }>;

/**
 * Functions that respond with exactly these bytes, which no HTTP server would send, and then close the connection.
 *
 * @param responseOf the bytes, or a text in UTF-8, by the Host that was called and the request's bytes as latin1.
 */
export async function startRawFunction(
  responseOf: (host: string, request: string) => string | Buffer,
): Promise<RawFunction> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      const request = bytes.toString('latin1');
      const host = /\r\nhost: *([^\r]*)\r\n/i.exec(request)?.[1] ?? '';
      socket.end(Buffer.from(responseOf(host, request)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The function has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
