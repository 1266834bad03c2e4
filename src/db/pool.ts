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

/** A pg connection configuration from a URL, with keep-alive probes on (pg has them off). */
export function connectionConfig(url: string, caFile: string | null): pg.ClientConfig {
  return {
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'rowgate',
    ...(caFile === null ? {} : { ssl: { ca: readFileSync(caFile, 'utf8') } }),
  };
}

/** Opens a pool on a database. Idle connections that break are observed and replaced, never thrown. */
export function createDatabase({ url, max, caFile, observe }: PoolOptions): Kysely<Database> {
  const pool = new pg.Pool({ ...connectionConfig(url, caFile), max, query_timeout: queryTimeoutMs });
  pool.on('error', (error) => observe({ kind: 'database_connection_lost', error }));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
