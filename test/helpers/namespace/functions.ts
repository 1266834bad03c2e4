import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { KeyAndCertificate } from './certificates.ts';

export type Functions = Readonly<{
  /** Connections so far. */
  connections: () => number;
  /** The names that were asked for by SNI, one for each connection. */
  names: readonly string[];
  /** The Host of each request. */
  hosts: readonly (string | undefined)[];
  close: () => void;
}>;

/** Functions at an address, on port 443 as in production, each with the certificate that belongs to the name asked for. */
export async function startFunctions(
  address: string,
  certificateFor: (name: string) => KeyAndCertificate,
): Promise<Functions> {
  const names: string[] = [];
  const hosts: (string | undefined)[] = [];
  let connections = 0;
  const respond: RequestListener = (request, response) => {
    hosts.push(request.headers.host);
    request.resume().once('end', () => response.end('{"ok":true}'));
  };
  const server = createServer(
    {
      SNICallback: (name, callback) => {
        names.push(name);
        callback(null, createSecureContext(certificateFor(name)));
      },
      keepAliveTimeout: 60_000,
    },
    respond,
  );
  server.on('connection', () => (connections += 1));
  server.listen(443, address);
  await once(server, 'listening');
  return {
    connections: () => connections,
    names,
    hosts,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
