import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { connectionConfig } from './pool.ts';

/** Where the migrations of this project are. */
export const migrationsDirectory = join(import.meta.dirname, '..', '..', 'migrations');

const fileName = /^\d{14}_[a-z0-9_]+\.sql$/;
/** One lock for all migrating processes of a database; the number is arbitrary and ours ("rowgate" in hex, cut). */
const lockKey = 0x726f7767;

export type MigrateOptions = Readonly<{
  url: string;
  caFile: string | null;
  directory?: string;
  onApplied?: (name: string) => void;
}>;

/** A migration that did not apply. Its transaction was rolled back; those before it stay. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(file: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(
      `The migration ${file} failed and was rolled back: ${said}. Mend the cause and run "npm run migrate" again.`,
      {
        cause,
      },
    );
  }
}

/**
 * Applies the migrations that are not recorded yet, in the order of their names, each in a transaction of its own.
 * An advisory lock makes processes that start together wait for one another.
 *
 * @returns the names of those applied now.
 * @throws MigrationError naming the file.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const directory = options.directory ?? migrationsDirectory;
  const files = (await readdir(directory)).filter((name) => fileName.test(name)).toSorted();
  const client = new pg.Client(connectionConfig(options.url, options.caFile));
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query('create schema if not exists rowgate');
    await client.query(
      'create table if not exists rowgate.migrations (name text primary key, applied_at timestamptz not null default now())',
    );
    const recorded = await client.query<{ name: string }>('select name from rowgate.migrations');
    const done = new Set(recorded.rows.map(({ name }) => name));
    const pending = files.filter((name) => !done.has(name));
    for (const name of pending) {
      await applyFile(client, name, await readFile(join(directory, name), 'utf8'));
      options.onApplied?.(name);
    }
    return pending;
  } finally {
    await client.end();
  }
}

async function applyFile(client: pg.Client, name: string, text: string): Promise<void> {
  try {
    await client.query('begin');
    await client.query(text);
    await client.query('insert into rowgate.migrations (name) values ($1)', [name]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new MigrationError(name, error);
  }
}
