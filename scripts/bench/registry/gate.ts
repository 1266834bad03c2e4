import { connect as connectTcp, createServer, type Socket } from 'node:net';

/** Stands before the database under an address of its own, so that a database can be away without being stopped. */
export type Gate = AsyncDisposable &
  Readonly<{
    /** The database's URL by way of the gate. */
    url: string;
    /** From now on connections are refused, as by a server that is stopped. */
    shut: () => Promise<void>;
    /** From now on, accepts connections and never responds, like a host that hangs. */
    mute: () => void;
  }>;

export async function openGate(databaseUrl: string): Promise<Gate> {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  let isMute = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((caller) => {
    keep(caller);
    if (isMute) return;
    const database = connectTcp(target);
    keep(database);
    caller.pipe(database).pipe(caller);
    caller.once('close', () => database.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The gate has no port.');
  url.port = String(address.port);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    cut();
    await closed;
  };
  return {
    url: url.href,
    shut,
    mute: () => {
      isMute = true;
      cut();
    },
    [Symbol.asyncDispose]: shut,
  };
}
