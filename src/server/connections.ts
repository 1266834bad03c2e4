import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The unfinished responses, by connection. */
export type Connections = Readonly<{
  /** A connection was opened. */
  opened: (socket: Duplex) => void;
  /** A request arrived. */
  began: (socket: Duplex, outgoing: ServerResponse) => void;
  /** A response has been sent. */
  ended: (socket: Duplex, outgoing: ServerResponse) => void;
  /** The unfinished responses of a connection, in order. */
  unfinished: (socket: Duplex) => readonly ServerResponse[];
}>;

/**
 * Tracks the unfinished responses of each connection, and lets go of finished ones at once: the garbage collector would copy
 * one that stayed until the next request, with its whole call. The server's own responses report to it (own-response.ts),
 * since a set and a listener for each request cost 0.4 µs (docs/decisions/0011).
 */
export function createConnections(): Connections {
  const responses = new WeakMap<Duplex, ServerResponse[]>();
  const unfinished = (socket: Duplex): readonly ServerResponse[] => responses.get(socket) ?? [];
  return {
    opened: (socket) => {
      responses.set(socket, []);
      socket.once('close', () => {
        // Node notifies only the response that is being written that its connection is gone, not those queued behind it.
        for (const waiting of unfinished(socket)) if (waiting.socket === null) waiting.emit('close');
      });
    },
    began: (socket, outgoing) => {
      responses.get(socket)?.push(outgoing);
    },
    ended: (socket, outgoing) => {
      const open = responses.get(socket);
      const index = open?.indexOf(outgoing) ?? -1;
      if (index !== -1) open?.splice(index, 1);
    },
    unfinished,
  };
}
