import { connect, type Socket } from 'node:net';

/** A connection to the server of a URL, which does not end the test run when it is reset. */
export function rawSocket(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  return socket;
}

/** Everything that comes back for these bytes (latin1) on a connection of its own, until the server closes it. */
export async function rawExchange(url: string, bytes: string | Buffer): Promise<string> {
  const socket = rawSocket(url);
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closed(socket);
  return Buffer.concat(chunks).toString('latin1');
}

/** Waits until a connection is over, also by a reset, as a server makes that did not read everything. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** The statuses of the responses in what came back, interim ones included. */
export function statusesIn(responses: string): readonly number[] {
  return [...responses.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** The error code of the last problem document in what came back; undefined where there is none. */
export function problemCodeIn(responses: string): string | undefined {
  return /application\/problem\+json[^]*"code":"([a-z_]+)"[^"]*/.exec(responses)?.[1];
}
