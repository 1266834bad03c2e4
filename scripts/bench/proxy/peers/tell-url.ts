import type { Server } from 'node:http';
import { tellParent } from '../../settings.ts';

const keepAliveMs = 3_600_000;

/** In a child: listens on loopback, tells the parent where, and ends with it. No connection is closed for being idle. */
export function tellUrl(server: Server): void {
  server.keepAliveTimeout = keepAliveMs;
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.');
    tellParent({ url: `http://127.0.0.1:${address.port}` });
  });
  process.on('disconnect', () => process.exit(0));
}
