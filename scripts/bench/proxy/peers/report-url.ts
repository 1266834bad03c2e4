import type { Server } from 'node:http';
import { sendToParent } from '../../settings.ts';

const keepAliveMs = 3_600_000;

/** In a child: listens on loopback, reports its URL to the parent, and exits with it. Idle connections stay open. */
export function reportUrl(server: Server): void {
  server.keepAliveTimeout = keepAliveMs;
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.');
    sendToParent({ url: `http://127.0.0.1:${address.port}` });
  });
  process.on('disconnect', () => process.exit(0));
}
