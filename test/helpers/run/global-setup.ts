import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../../src/db/migrations.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A real Postgres for the whole run; each test file takes a database of its own from it. */
    postgresUrl: string;
    /** The home of an embedded Postgres that was started once and stopped: to be copied, by `copyEmbeddedHome`. */
    embeddedHome: string;
  }
}

/**
 * What the run's Postgres does differently. Nothing of it outlives the run, so it waits for no disk: with fsync, creating and
 * dropping a database took most of a test's time. Some tests have a hundred writers at once, beside other test files.
 */
const settings = {
  max_connections: '400',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  checkpoint_timeout: '1h',
  max_wal_size: '8GB',
  jit: 'off',
  // No database lives long enough to be vacuumed, and to count what that would go by costs each session page faults.
  autovacuum: 'off',
  track_counts: 'off',
  // Each session would load it anew, for the first trigger: 5 ms.
  shared_preload_libraries: 'plpgsql',
  // Databases are cloned from a template: the file system may share blocks, and copies them faster than Postgres.
  ...(process.platform === 'win32' ? {} : { file_copy_method: 'clone' }),
} as const;

/** Starts one Postgres for the run and creates the template that test databases are cloned from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'rowgate-test-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(home, 0o711);
  const first = await startEmbeddedPostgres({ home });
  await first.close();
  const template = `${home}-template`;
  await promisify(execFile)('cp', ['-a', home, template]);
  await configure(home);
  const postgres = await startEmbeddedPostgres({ home });
  const tearDown = async (): Promise<void> => {
    await postgres.close();
    for (const directory of [home, template]) await rm(directory, { recursive: true, force: true });
  };
  try {
    await execute(postgres.url, 'create database rowgate_template');
    const templateUrl = new URL(postgres.url);
    templateUrl.pathname = '/rowgate_template';
    await migrate({ url: templateUrl.href, caFile: null });
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('postgresUrl', postgres.url);
  project.provide('embeddedHome', template);
  return tearDown;
}

/**
 * Tests connect thousands of times, and a password takes both sides 10 of the 30 ms that a connection takes. Roles that tests make need
 * theirs (test/helpers/database-role.ts).
 */
async function configure(home: string): Promise<void> {
  const file = join(home, 'postgres', 'pg_hba.conf');
  await writeFile(file, `host all rowgate 127.0.0.1/32 trust\n${await readFile(file, 'utf8')}`);
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(home, 'postgres', 'postgresql.auto.conf'), lines.join(''));
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}
