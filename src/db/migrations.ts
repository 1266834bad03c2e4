import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { MigrationError } from './database-errors.ts';
import { assertUtf8 } from './missing-rights.ts';
import { connectionConfig } from './pool.ts';
import { applySessionSettings } from './session-settings.ts';
import { assertColumnTypes } from './unsupported-columns.ts';

/** The directory of this project's migrations. */
export const migrationsDirectory = join(import.meta.dirname, '..', '..', 'migrations');

const fileName = /^\d{14}_[a-z0-9_]+\.sql$/;
/** One lock for all migrating processes of a database; the number is arbitrary (the start of "rowgate" in hex). */
const lockKey = 0x726f7767;

export type MigrateOptions = Readonly<{
  url: string;
  caFile: string | null;
  directory?: string;
  onApplied?: (name: string) => void;
}>;

/**
 * Applies the migrations that are not recorded yet, in the order of their names, each in a transaction of its own.
 * An advisory lock makes processes that start together wait for one another.
 *
 * @returns the names of those applied now.
 * @throws MigrationError naming the file. Before the first: DatabaseEncodingError if the database is not UTF-8,
 *   UnsupportedColumnsError if the registry has a column of a type that cannot be used.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const directory = options.directory ?? migrationsDirectory;
  const files = (await readdir(directory)).filter((name) => fileName.test(name)).toSorted();
  const client = new pg.Client(connectionConfig(options.url, options.caFile));
  await client.connect();
  try {
    await applySessionSettings(client);
    await assertEncoding(client);
    await assertColumnTypes(client, files);
    await locked(client, async () => {
      await client.query('create schema if not exists rowgate');
      await client.query(
        'create table if not exists rowgate.migrations (name text primary key, applied_at timestamptz not null default now())',
      );
    });
    const applied: string[] = [];
    for (const name of files) {
      const text = await readFile(join(directory, name), 'utf8');
      if (!(await locked(client, () => applyFile(client, name, text)))) continue;
      applied.push(name);
      options.onApplied?.(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function assertEncoding(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ database: string; encoding: string }>(
    "select current_database() as database, current_setting('server_encoding') as encoding",
  );
  const [found] = rows;
  if (found !== undefined) assertUtf8(found.database, found.encoding);
}

/** One transaction under the lock, which ends with it: a session's lock stays behind on a pooler's connection. */
async function locked<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [lockKey]);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** False if the file has already been applied. */
async function applyFile(client: pg.Client, name: string, text: string): Promise<boolean> {
  try {
    const recorded = await client.query(
      'insert into rowgate.migrations (name) values ($1) on conflict do nothing',
      [name],
    );
    if (recorded.rowCount === 0) return false;
    await client.query(text);
    return true;
  } catch (error) {
    throw new MigrationError(name, error);
  }
}
