import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from '../request-handler.ts';
import { closeInStages } from './discard-upload.ts';
import { joinSmallChunks } from './join-small-chunks.ts';
import { stopReading } from './stop-reading.ts';
import { createTurns } from './turns.ts';

/** The requests of each connection: one is handled at a time, and the others wait for their turn. */
export type Connections = Readonly<{
  /** A connection was opened. */
  opened: (socket: Socket) => void;
  /** A request arrived. `handle` is called at once, or when the response before it has been sent. */
  arrived: (incoming: IncomingMessage, outgoing: ServerResponse, handle: RequestHandler) => void;
  /** A response has been sent. */
  ended: (socket: Socket, outgoing: ServerResponse) => void;
  /** The unfinished responses of a connection, in order. */
  unfinished: (socket: object) => readonly ServerResponse[];
}>;

type Waiting = Readonly<{ outgoing: ServerResponse; handle: RequestHandler }>;
type Connection = {
  current: ServerResponse | null;
  waiting: Waiting[];
  isClosing: boolean;
  /** The bytes read when the last request arrived: the same number for all requests of one read. */
  bytesRead: number;
};

/** The most unfinished responses of a connection. The next request is dropped, and the connection closes after them. */
const maxUnfinished = 16;

/**
 * Handles the requests of a connection one after another (RFC 9112 section 9.3.2 allows only safe ones to be handled in
 * parallel). The next one starts when the operating system has taken the last byte of the previous response, so that a caller
 * that does not read its responses makes the server produce one, not thousands. It starts in a turn of its own, after what
 * arrived on other connections; so does a request that was read together with one whose response is already finished. (Node
 * runs promises and ticks between the requests of one read: 550 refused POSTs of 64 KiB would get their responses before any
 * other connection's turn.)
 *
 * Releases finished responses at once: the garbage collector would copy one that was kept until the next request, together
 * with its whole call. The server's own responses report their end (own-response.ts), since a set and a listener for each
 * request cost 0.4 µs (docs/decisions/0011).
 *
 * @param now monotonic time in milliseconds.
 */
export function createConnections(now: () => number): Connections {
  const connections = new WeakMap<object, Connection>();
  const turns = createTurns(now);
  const chunkTurns = createTurns(now, 0);

  const next = (socket: Socket, connection: Connection): void => {
    const first = connection.waiting.shift();
    // After a response that closes the connection, requests are not handled (RFC 9112 section 9.6).
    if (first === undefined || !socket.writable) return;
    connection.current = first.outgoing;
    first.handle(first.outgoing.req, first.outgoing);
  };

  return {
    opened: (socket) => {
      const connection: Connection = { current: null, waiting: [], isClosing: false, bytesRead: 0 };
      connections.set(socket, connection);
      socket.once('close', () => {
        connection.waiting = [];
      });
    },
    arrived: (incoming, outgoing, handle) => {
      const connection = connections.get(incoming.socket);
      if (connection === undefined || connection.isClosing || !incoming.socket.writable) return;
      if (incoming.headers['transfer-encoding'] !== undefined) joinSmallChunks(incoming, chunkTurns);
      const { current, waiting } = connection;
      const { bytesRead } = incoming.socket;
      const isFirstOfRead = bytesRead !== connection.bytesRead;
      connection.bytesRead = bytesRead;
      if (current === null && waiting.length === 0) {
        if (isFirstOfRead) {
          connection.current = outgoing;
          handle(incoming, outgoing);
        } else {
          waiting.push({ outgoing, handle });
          turns.add(() => next(incoming.socket, connection));
        }
      } else if (waiting.length < maxUnfinished - 1) {
        waiting.push({ outgoing, handle });
      } else {
        connection.isClosing = true;
        stopReading(incoming.socket);
        const last = waiting.at(-1);
        if (last !== undefined) last.outgoing.shouldKeepAlive = false;
      }
    },
    ended: (socket, outgoing) => {
      const connection = connections.get(socket);
      if (connection === undefined) return;
      connection.current = null;
      // Bytes that are still arriving must not reset the connection before the response has been read.
      if (connection.isClosing || !outgoing.req.complete) socket.destroySoon = () => closeInStages(socket);
      if (connection.waiting.length > 0) turns.add(() => next(socket, connection));
    },
    unfinished: (socket) => {
      const { current = null, waiting = [] } = connections.get(socket) ?? {};
      const queued = waiting.map(({ outgoing }) => outgoing);
      return current === null ? queued : [current, ...queued];
    },
  };
}
