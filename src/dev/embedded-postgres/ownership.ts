import type { Client } from 'pg';
import { type Credentials, openOwnerSession } from './session.ts';

const RETRY_MS = 1000;

/** That the server is ours, held up for the life of the process. */
export type Ownership = Readonly<{
  /** Whether another process took it after our session was lost. */
  wasTaken(): Promise<boolean>;
  release(): Promise<void>;
}>;

/**
 * Keeps the owner session open. A server that loses one backend (the kernel's out-of-memory killer) ends all sessions
 * and goes on with the same pid: then the lock is taken again, lest a second process thinks the server orphaned.
 *
 * The session keeps our process alive until it is released: ending without `close` would leave the server running.
 */
export function keepOwnership(first: Client, credentials: Credentials): Ownership {
  let session: Client | undefined;
  let released = false;
  let timer: NodeJS.Timeout | undefined;

  const hold = (client: Client) => {
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
    else hold(regained);
  };

  hold(first);
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
