import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports that were given out: the system may name one again before the program that it is for listens there. */
const given = new Set<number>();

/** A port of loopback that nobody listens on, for a program that cannot take one by itself; another one each time. */
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
