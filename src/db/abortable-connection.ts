import pg from 'pg';
import pTimeout from 'p-timeout';

/**
 * A connection that can be dropped at any moment, by closing its socket: pg's own `end()` waits for the server to close,
 * which a half-open connection never gets. Disposing of it waits only for the local socket.
 */
export type AbortableConnection = AsyncDisposable &
  Readonly<{
    client: pg.Client;
    /** Aborted when the connection has ended, on either side, with the cause as the reason. */
    lost: AbortSignal;
    /**
     * Awaits work on it for at most `ms`. Work that fails or takes longer ends the connection. Rejects with the cause of
     * its end.
     */
    within: <T>(ms: number, work: () => Promise<T>, late?: () => Error) => Promise<T>;
  }>;

/** A connection to be opened with `client.connect()`, and cut when `signal` is aborted. Throws pg's error for an invalid config. */
export function abortableConnection(config: pg.ClientConfig, signal: AbortSignal): AbortableConnection {
  signal.throwIfAborted();
  const client = new pg.Client(config);
  const { connection } = client;
  const over = new AbortController();
  const cut = (reason: unknown) => {
    over.abort(reason);
    connection.stream.destroy();
  };
  client.on('error', cut);
  client.on('end', () => cut(new Error('The database closed the connection.')));
  // pg listens for errors of the socket only once it connects.
  connection.stream.on('error', cut);
  signal.addEventListener('abort', () => cut(signal.reason), { once: true, signal: over.signal });
  return {
    client,
    lost: over.signal,
    async within(ms, work, late = () => noReply(ms)) {
      over.signal.throwIfAborted();
      const fallback = () => {
        throw late();
      };
      try {
        return await pTimeout(work(), { milliseconds: ms, fallback, signal: over.signal });
      } catch (error) {
        cut(error);
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      cut(new Error('The connection was closed.'));
      // With TLS, pg has wrapped the first stream in another one.
      const { stream } = connection;
      if (!stream.closed) await new Promise<void>((resolve) => stream.once('close', () => resolve()));
    },
  };
}

export function noReply(ms: number): Error {
  return new Error(`The database did not reply within ${ms} ms.`);
}
