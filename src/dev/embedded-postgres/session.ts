import { Client } from 'pg';
import { errorCode } from '../../live/node-errors.ts';
import { EmbeddedPostgresError } from './errors.ts';

export type Credentials = Readonly<{ port: number; password: string }>;

/** One lock for one server. In SQL so that psql can look for it in pg_locks. */
const LOCK = `hashtextextended('rowgate owns this server', 0)`;

/** Not listening, starting up, shutting down, or disconnected: try again. */
const TEMPORARY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03']);

/**
 * Opens the session that owns the server: it holds an advisory lock until it ends, which happens at the latest with our
 * process. It is in the database `postgres`, since a session in `rowgate` would prevent that database from being dropped or
 * used as a template, and advisory locks are per database.
 *
 * @returns undefined if the server does not accept sessions at the moment.
 * @throws EmbeddedPostgresError if another process owns the server, or if it rejects our password.
 */
export async function openOwnerSession({ port, password }: Credentials): Promise<Client | undefined> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'rowgate',
    password,
    database: 'postgres',
    // Set explicitly, because pg otherwise reads PGSSLMODE, PGOPTIONS and PGAPPNAME.
    ssl: false,
    application_name: `rowgate ${process.pid}`,
    // A process that was killed a moment ago may still appear to hold the lock: hence the timeout of a second.
    options: '-c lock_timeout=1s -c idle_session_timeout=0 -c statement_timeout=0',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A server that dies must not take our process with it; the owner of the client is notified by 'end'.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`SELECT pg_advisory_lock(${LOCK})`);
    return client;
  } catch (error) {
    const problem = await describeFailure(client, error, port);
    await client.end().catch(() => {});
    if (problem) throw problem;
    return undefined;
  }
}

async function describeFailure(client: Client, error: unknown, port: number): Promise<Error | undefined> {
  const code = errorCode(error);
  if (code === '55P03') return inUse(await findOwner(client));
  if (code === '28P01') {
    return new EmbeddedPostgresError(
      `The embedded Postgres on port ${port} rejects the password in postgres.password.`,
      'Restore that file, or stop that server and move its data away to start with an empty database.',
      { cause: error },
    );
  }
  const gone = error instanceof Error && error.message.startsWith('Connection terminated');
  if (gone || (code !== undefined && TEMPORARY.has(code))) return undefined;
  return new EmbeddedPostgresError(
    `The embedded Postgres on port ${port} did not accept a session: ${String(error)}`,
    'Stop that server and start Rowgate again.',
    { cause: error },
  );
}

function inUse(owner: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded Postgres in this directory is in use by another Rowgate${owner}.`,
    'Stop that one, start this one in another directory, or set DATABASE_URL.',
  );
}

async function findOwner(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = 'postgres')`,
  );
  const pid = /^rowgate (\d+)$/.exec(rows[0]?.name ?? '')?.[1];
  return pid ? ` (process ${pid})` : '';
}

/** Creates the database `rowgate` unless it exists: a first start may have been killed before this point. */
export async function ensureDatabase(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'rowgate'`);
  if (rowCount === 0) await client.query('CREATE DATABASE rowgate');
  return rowCount === 0;
}
