import { once } from 'node:events';
import { createServer } from 'node:net';

export type RawFunction = AsyncDisposable &
  Readonly<{
    /** For UPSTREAM_CONNECT_TO. */
    origin: string;
  }>;

/**
 * Functions that respond with exactly these bytes (UTF-8), which no HTTP server would send, and then close the connection.
 *
 * @param responseOf the bytes by the Host that was called.
 */
export async function startRawFunction(responseOf: (host: string) => string): Promise<RawFunction> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (request) => {
      const host = /\r\nhost: *([^\r]*)\r\n/i.exec(request.toString('latin1'))?.[1] ?? '';
      socket.end(responseOf(host), 'utf8');
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
