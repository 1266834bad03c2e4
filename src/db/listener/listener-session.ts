import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { type AbortableConnection, abortableConnection, noReply } from '../abortable-connection.ts';
import { NotificationsUnavailableError } from './notifications-unavailable.ts';
import { connectionConfig } from '../pool.ts';
import { applySessionSettings } from '../session-settings.ts';

export type SessionOptions = Readonly<{
  url: string;
  caFile: string | null;
  channel: string;
  onNotification: (payload: string) => void;
  connectTimeoutMs: number;
  heartbeatTimeoutMs: number;
}>;

/** A connection on which notifications have been verified to arrive. Disposing of it closes it at once. */
export type Session = AsyncDisposable &
  Readonly<{
    /** Aborted when the connection has ended, with the reason. */
    lost: AbortSignal;
    /** Verifies again that notifications arrive; otherwise rejects, and the session has ended. */
    heartbeat: () => Promise<void>;
  }>;

type Send = (payload: string) => Promise<void>;

/**
 * Connects, verifies that notifications arrive, and only then listens to the channel: a transaction-mode pooler would
 * leave the LISTEN on a server connection that other clients use next, and they would receive our notifications.
 *
 * @throws NotificationsUnavailableError when the database responds but notifications do not arrive; other errors
 *   unchanged.
 */
export async function openSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { url, caFile, connectTimeoutMs, heartbeatTimeoutMs } = options;
  const config = { ...connectionConfig(url, caFile), application_name: 'rowgate listener' };
  const heartbeats = `rowgate_heartbeat_${randomBytes(8).toString('hex')}`;
  await using opened = new AsyncDisposableStack();
  const connection = opened.use(abortableConnection(config, signal));
  const { client, lost, within } = connection;
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === options.channel && !lost.aborted) options.onNotification(payload);
  });
  const proveWith = provesNotifications(connection, heartbeats, heartbeatTimeoutMs);
  const notifyOneself: Send = (payload) => notify(client, heartbeats, payload);

  const pid = await within(connectTimeoutMs, async () => {
    await client.connect();
    await applySessionSettings(client);
    await listen(client, heartbeats);
    return backendPid(client);
  });
  if (isDirect(client, pid)) await proveWith(notifyOneself);
  else {
    await using probe = await openProbeConnection(config, connectTimeoutMs, lost);
    await proveWith((payload) => notify(probe.client, heartbeats, payload));
  }
  await within(heartbeatTimeoutMs, () => listen(client, options.channel));

  const owned = opened.move();
  return {
    lost,
    heartbeat: () => proveWith(notifyOneself),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Returns a function that sends a notification and waits until the connection, which listens to that channel, received it. */
function provesNotifications({ client, within }: AbortableConnection, channel: string, timeoutMs: number) {
  const echoes = new Map<string, () => void>();
  client.on('notification', (notification) => {
    if (notification.channel === channel) echoes.get(notification.payload ?? '')?.();
  });
  return async (send: Send): Promise<void> => {
    const payload = randomUUID();
    const { promise: echo, resolve } = Promise.withResolvers<void>();
    let isSent = false;
    const sent = async () => {
      await send(payload);
      isSent = true;
    };
    echoes.set(payload, resolve);
    await within(
      timeoutMs,
      () => Promise.all([sent(), echo]),
      () => (isSent ? notBack(timeoutMs) : noReply(timeoutMs)),
    );
    echoes.delete(payload);
  };
}

/**
 * Whether the client is connected directly to the server process. Poolers invent the process id that they send at the
 * start, since they receive the cancel requests for it: pgbouncer and PgCat use a random one, Supavisor counts.
 */
function isDirect(client: pg.Client, pid: number): boolean {
  return 'processID' in client && client.processID === pid;
}

/**
 * A second session, to notify the first one while that is idle. Through a pooler a session's own notification proves
 * nothing: pgbouncer in transaction mode passes on what arrives during a query, and a notification to oneself does.
 */
async function openProbeConnection(config: pg.ClientConfig, timeoutMs: number, signal: AbortSignal) {
  await using opened = new AsyncDisposableStack();
  const probe = opened.use(abortableConnection(config, signal));
  const { client, within } = probe;
  try {
    await within(timeoutMs, async () => {
      await client.connect();
      // A pooler looks for a server connection only with the first query, and may have none to spare.
      await client.query('select 1');
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The database is behind a pooler, and the second session that tests whether notifications pass through it could not be opened: ${why}`,
      { cause: error },
    );
  }
  opened.move();
  return probe;
}

async function listen(client: pg.Client, channel: string): Promise<void> {
  await refusable(client.query(`listen ${client.escapeIdentifier(channel)}`));
}

async function notify(client: pg.Client, channel: string, payload: string): Promise<void> {
  await refusable(client.query('select pg_catalog.pg_notify($1, $2)', [channel, payload]));
}

async function backendPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

/** Not supported (a database that only speaks Postgres's protocol), in recovery (a hot standby), not allowed or unknown. */
const REFUSALS = new Set(['0A', '25', '42']);

async function refusable<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !REFUSALS.has(error.code?.slice(0, 2) ?? '')) throw error;
    throw new NotificationsUnavailableError(`the server refuses LISTEN and NOTIFY (${error.message})`, {
      cause: error,
    });
  }
}

const notBack = (ms: number) =>
  new NotificationsUnavailableError(
    `a notification that the server accepted did not come back within ${ms} ms, as behind a transaction-mode pooler`,
  );
