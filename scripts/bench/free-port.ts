import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports already returned: the system may offer one again before its program listens on it. */
const given = new Set<number>();

/** A free loopback port, for a program that cannot choose one itself; a different one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
    if (given.has(address.port)) continue;
    given.add(address.port);
    return address.port;
  }
}
