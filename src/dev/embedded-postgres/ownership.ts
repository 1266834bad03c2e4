import type { Client } from 'pg';
import { type Credentials, openOwnerSession } from './session.ts';

const RETRY_MS = 1000;

/** Our ownership of the server, kept for the life of the process. */
export type Ownership = Readonly<{
  /** Whether another process took ownership after our session was lost. */
  wasTaken(): Promise<boolean>;
  release(): Promise<void>;
}>;

/**
 * Keeps the owner session open. A server that loses one backend (to the kernel's out-of-memory killer) ends all sessions
 * and continues with the same pid: the lock is then acquired again, so that a second process does not take the server for
 * orphaned.
 *
 * The session keeps our process alive until it is released: exiting without `close` would leave the server running.
 */
export function keepOwnership(first: Client, credentials: Credentials): Ownership {
  let session: Client | undefined;
  let released = false;
  let timer: NodeJS.Timeout | undefined;

  const adopt = (client: Client) => {
    session = client;
    client.once('end', () => {
      session = undefined;
      retryLater();
    });
  };
  const retryLater = () => {
    clearTimeout(timer);
    if (!released) timer = setTimeout(() => void regain().catch(retryLater), RETRY_MS).unref();
  };
  const regain = async () => {
    if (session) return;
    const regained = await openOwnerSession(credentials);
    if (!regained) retryLater();
    else if (released || session) await regained.end();
    else adopt(regained);
  };

  adopt(first);
  return {
    wasTaken: () =>
      regain().then(
        () => false,
        () => true,
      ),
    release: async () => {
      released = true;
      clearTimeout(timer);
      await session?.end().catch(() => {});
    },
  };
}
