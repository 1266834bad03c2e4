import { readFileSync } from 'node:fs';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Observe } from '../observation.ts';
import type { Database } from './tables.ts';

export type PoolOptions = Readonly<{
  url: string;
  max: number;
  /** PEM file of the authority that signed a private server's certificate; node-postgres ignores PGSSLROOTCERT. */
  caFile: string | null;
  observe: Observe;
}>;

/** How long a connection may take to be made, so that a start against a dead host fails with words. */
const connectTimeoutMs = 5_000;
/** How long a query may take: a half-open socket gives no error, and no query of ours comes near it. */
const queryTimeoutMs = 15_000;

/** What pg reads from the URL about TLS; it would go before the CA that is given here, and silently drop it. */
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
  return { ...common, connectionString: target.href, ssl: { ca: readFileSync(caFile, 'utf8') } };
}

/** Opens a pool on a database. Idle connections that break are observed and replaced, never thrown. */
export function createDatabase({ url, max, caFile, observe }: PoolOptions): Kysely<Database> {
  const pool = new pg.Pool({ ...connectionConfig(url, caFile), max, query_timeout: queryTimeoutMs });
  pool.on('error', (error) => observe({ kind: 'database_connection_lost', error }));
  // The pool listens to idle clients only. A connection that breaks between two queries of a transaction is an "error"
  // event that nobody hears, which ends the process; whoever uses it learns of it by its next query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
