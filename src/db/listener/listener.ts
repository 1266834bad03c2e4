import { setTimeout as sleep } from 'node:timers/promises';
import type { Listener, ListenerEvents, ListenerState } from '../../live/listener.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { NotificationsUnavailableError } from './notifications-unavailable.ts';
import { openSession, type Session } from './listener-session.ts';

export type ListenerOptions = ListenerEvents &
  Readonly<{
    url: string;
    /** PEM file of the authority that signed a private server's certificate. */
    caFile: string | null;
    channel: string;
    connectTimeoutMs?: number;
    /** How often it verifies that notifications still arrive: a half-open socket gives no error. */
    heartbeatMs?: number;
    heartbeatTimeoutMs?: number;
    backoff?: Backoff;
    random?: () => number;
    /** Monotonic milliseconds. */
    now?: () => number;
  }>;

/** Missing notifications are a matter of configuration, and a retry costs a pooler two connections: every 60 s by default. */
const unavailableBackoffs = 6;

/**
 * Listens to a channel of the database on a connection of its own, reconnecting for as long as it is open. Returns at
 * once; errors are passed to `onStateChange`. Notifications are hints: some are lost with each connection.
 */
export function startListener(options: ListenerOptions): Listener {
  const {
    onConnected,
    onStateChange = () => undefined,
    connectTimeoutMs = 5_000,
    heartbeatMs = 5_000,
    heartbeatTimeoutMs = 3_000,
    backoff = { baseMs: 100, maxMs: 10_000 },
    random = Math.random,
    now = () => performance.now(),
  } = options;
  const closing = new AbortController();
  let state: ListenerState = 'connecting';
  let since = now();
  let failures = 0;

  const enter = (next: ListenerState, error?: unknown) => {
    if (next !== state) since = now();
    else if (error === undefined) return;
    state = next;
    onStateChange(next, error);
  };

  const untilLost = async (session: Session): Promise<never> => {
    for (;;) {
      await pause(heartbeatMs, session.lost);
      session.lost.throwIfAborted();
      await session.heartbeat();
      // Not on connecting: a server that drops every connection right after it was opened must not be tried 20 times a
      // second.
      failures = 0;
    }
  };

  const connectOnce = async (): Promise<never> => {
    const timeouts = { connectTimeoutMs, heartbeatTimeoutMs };
    await using session = await openSession({ ...options, ...timeouts }, closing.signal);
    session.lost.throwIfAborted();
    enter('listening');
    onConnected();
    return await untilLost(session);
  };

  const run = async () => {
    while (!closing.signal.aborted) {
      const error = await connectOnce().catch((thrown: unknown) => thrown);
      if (closing.signal.aborted) break;
      const isPollingOnly = error instanceof NotificationsUnavailableError;
      enter(isPollingOnly ? 'polling_only' : 'connecting', error);
      await pause(
        isPollingOnly ? backoff.maxMs * unavailableBackoffs : backoffMs(failures++, backoff, random),
        closing.signal,
      );
    }
    enter('closed');
  };

  const running = run();
  return {
    state: () => state,
    since: () => since,
    close: () => {
      closing.abort(new Error('The listener was closed.'));
      return running;
    },
  };
}

/** Waits for this long, or until the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
