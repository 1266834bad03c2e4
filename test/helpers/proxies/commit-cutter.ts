import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type CommitCutter = Readonly<{
  /** A Postgres URL with the proxy's host and port in place of its own. */
  url: (of: string) => string;
  /** Cuts the connection of each of the next COMMITs once the server has acknowledged it, and keeps the acknowledgement. */
  cutNext: (commits: number) => void;
  /** How many it has cut. */
  cuts: () => number;
  close: () => Promise<void>;
}>;

/** A TCP proxy in front of a Postgres server that loses acknowledgements of COMMIT, so that clients cannot know what became of it. */
export async function startCommitCutter(target: string): Promise<CommitCutter> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let remaining = 0;
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(targetPort || 5432) });
    let isCommitting = false;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (chunk: Buffer) => {
      if (remaining > 0 && /commit\0/i.test(chunk.toString('latin1'))) {
        remaining -= 1;
        isCommitting = true;
      }
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (!isCommitting) {
        near.write(chunk);
        return;
      }
      cuts += 1;
      near.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: (of) => {
      const url = new URL(of);
      url.hostname = '127.0.0.1';
      url.port = String(port);
      return url.href;
    },
    cutNext: (commits) => {
      remaining = commits;
    },
    cuts: () => cuts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
