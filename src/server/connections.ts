import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The responses under way, by connection. */
export type Connections = Readonly<{
  /** A connection was opened. */
  opened: (socket: Duplex) => void;
  /** A request came. */
  began: (socket: Duplex, outgoing: ServerResponse) => void;
  /** A response is out. */
  ended: (socket: Duplex, outgoing: ServerResponse) => void;
  /** The responses of a connection that are not finished, in their order. */
  underWay: (socket: Duplex) => readonly ServerResponse[];
}>;

/**
 * Keeps the unfinished responses of each connection, and none longer: one that stayed until the next request would be copied by
 * the garbage collector with all of its call. Told by the server's own responses (own-response.ts), since a set and a listener for
 * each request take 0.4 µs of it (docs/decisions/0011).
 */
export function createConnections(): Connections {
  const responses = new WeakMap<Duplex, ServerResponse[]>();
  const underWay = (socket: Duplex): readonly ServerResponse[] => responses.get(socket) ?? [];
  return {
    opened: (socket) => {
      responses.set(socket, []);
      socket.once('close', () => {
        // Node tells only the response that is being written that its connection is gone, not those waiting behind it.
        for (const waiting of underWay(socket)) if (waiting.socket === null) waiting.emit('close');
      });
    },
    began: (socket, outgoing) => {
      responses.get(socket)?.push(outgoing);
    },
    ended: (socket, outgoing) => {
      const open = responses.get(socket);
      const place = open?.indexOf(outgoing) ?? -1;
      if (place !== -1) open?.splice(place, 1);
    },
    underWay,
  };
}
