import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type TcpProxy = Readonly<{
  /** A Postgres URL with the proxy's host and port in place of its own. */
  url: (of: string) => string;
  /** Keeps every connection open, and takes new ones, but passes nothing on, either way: not bytes, not an end. */
  mute: () => void;
  /** Passes on what was held back, and everything again. */
  unmute: () => void;
  /** Cuts every connection and refuses new ones. */
  refuse: () => Promise<void>;
  /** Takes connections again, on the same port. */
  accept: () => Promise<void>;
  /** Leads new connections to the server of another URL: a server that was started again has another port. */
  retarget: (url: string) => void;
  /** How many connections are open, as the proxy sees it. */
  connections: () => number;
  close: () => Promise<void>;
}>;

/** A TCP proxy on 127.0.0.1, a port of its own, in front of the server that a Postgres URL names. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  let { hostname, port: targetPort } = new URL(target);
  const pairs = new Set<readonly Socket[]>();
  let isMute = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: hostname, port: Number(targetPort || 5432), allowHalfOpen: true });
    const pair = [near, far];
    pairs.add(pair);
    near.once('close', () => pairs.delete(pair));
    forward(near, far, () => isMute);
    forward(far, near, () => isMute);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  };
  const refuse = async () => {
    for (const socket of [...pairs].flat()) socket.destroy();
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
  const port = await listen(0);
  return {
    url: (of) => {
      const url = new URL(of);
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return url.href;
    },
    mute: () => {
      isMute = true;
      for (const socket of [...pairs].flat()) socket.pause();
    },
    unmute: () => {
      isMute = false;
      for (const socket of [...pairs].flat()) socket.resume();
    },
    refuse,
    accept: async () => {
      if (!server.listening) await listen(port);
    },
    retarget: (url) => {
      ({ hostname, port: targetPort } = new URL(url));
    },
    connections: () => pairs.size,
    close: refuse,
  };
}

function forward(from: Socket, to: Socket, isMute: () => boolean): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  if (isMute()) from.pause();
  to.on('drain', () => {
    if (!isMute()) from.resume();
  });
  from.on('end', () => to.end());
  // Without a listener an error would end the test run; the close that follows it tells the other side.
  from.on('error', () => undefined);
  from.on('close', () => to.destroy());
}
