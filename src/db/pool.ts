import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { readRegularFileSync } from '../live/regular-file.ts';
import type { Observe } from '../observability/observation.ts';
import { ArrivingRows } from './registry/arriving-rows.ts';
import { noReply } from './abortable-connection.ts';
import { isTimeout } from './role-timeouts.ts';
import { applySessionSettings } from './session-settings.ts';
import type { Database } from './tables.ts';

export type PoolOptions = Readonly<{
  url: string;
  max: number;
  /** PEM file of the authority that signed a private server's certificate; node-postgres ignores PGSSLROOTCERT. */
  caFile: string | null;
  observe: Observe;
  /** Called whenever a connection was lost: the next one may lead to another server. */
  onConnectionLost?: () => void;
  /** How long a connection may be silent during a query. */
  silenceMs?: number;
}>;

/** Enough for one that reads the registry for seconds, and one that reads keys and renews the lease meanwhile. */
const mostReserved = 2;

/**
 * How many of a pool's connections are reserved for what must not wait: checks of keys and of the registry, and the
 * replica's lease. Listings, settlements and verdicts share the others, all of which a lock may block. A pool of one is
 * shared by all.
 */
export function reservedConnections(max: number): number {
  return Math.min(mostReserved, Math.floor(max / 2));
}

/** How long a connection may take to open, so that a start against a dead host fails with an error message. */
const connectTimeoutMs = 5_000;
/** A half-open socket reports no error, and none of our queries takes nearly this long. The pool drops idle connections after 10 s. */
const defaultSilenceMs = 15_000;

/** The bundle of every public authority takes 0.2 MB. */
const maxAuthorityBytes = 16 * 1024 * 1024;

/** The TLS parameters that pg reads from the URL: they would silently override the CA given here. */
const tlsParameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'];

/**
 * A pg connection configuration from a URL, with keep-alive probes on (pg has them off). With a CA file, TLS is used and
 * the server's certificate verified against it, unless the URL says `sslmode=disable`.
 */
export function connectionConfig(url: string, caFile: string | null): pg.ClientConfig {
  const common = {
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'rowgate',
  };
  const target = new URL(url);
  if (caFile === null || target.searchParams.get('sslmode') === 'disable') {
    return { ...common, connectionString: url };
  }
  for (const parameter of tlsParameters) target.searchParams.delete(parameter);
  return { ...common, connectionString: target.href, ssl: { ca: readAuthority(caFile) } };
}

function readAuthority(path: string): string {
  try {
    return readRegularFileSync(path, maxAuthorityBytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`DATABASE_CA_FILE cannot be read: ${why}. Set it to a PEM file, or unset it.`, { cause });
  }
}

/**
 * Opens a pool on a database. Connections that break are replaced, and never end the process; one that is silent for
 * too long is cut. pg's own query_timeout would give up the query and keep the connection, so that the next query is
 * sent into the same silence.
 */
export function createDatabase(options: PoolOptions): Kysely<Database> {
  const { url, max, caFile, observe, silenceMs = defaultSilenceMs } = options;
  const pool = new pg.Pool({ ...connectionConfig(url, caFile), max });
  pool.on('error', (error) => observe({ kind: 'database_connection_lost', error }));
  pool.on('connect', (client) => {
    // The pool listens only while a connection is idle; one that breaks during a query fails the query, which reports it.
    client.on('error', () => options.onConnectionLost?.());
    const { stream } = client.connection;
    if (stream instanceof Socket) stream.setTimeout(silenceMs, () => stream.destroy(noReply(silenceMs)));
  });
  const { options: config } = pool;
  const sessions = { connect: sessionsOf(pool), end: () => pool.end(), Client: pg.Client, options: config };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: sessions, cursor: ArrivingRows }) });
}

/**
 * The pool's `connect`, whose new connections have our settings. A connection on which a timeout struck is replaced: it keeps the
 * timeouts of the role after these were raised.
 */
function sessionsOf(pool: pg.Pool): () => Promise<pg.PoolClient> {
  const prepared = new WeakSet<pg.PoolClient>();
  const outdated = new WeakSet<pg.PoolClient>();
  pool.on('connect', (client) =>
    client.connection.on('errorMessage', (error: unknown) => isTimeout(error) && outdated.add(client)),
  );
  return async function connect(): Promise<pg.PoolClient> {
    const client = await pool.connect();
    if (outdated.has(client)) {
      client.release(true);
      return connect();
    }
    if (prepared.has(client)) return client;
    try {
      await applySessionSettings(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
    prepared.add(client);
    return client;
  };
}
