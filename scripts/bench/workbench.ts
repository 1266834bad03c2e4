import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../src/db/migrations.ts';
import { type Children, keepChildren, messageOf } from './children.ts';

/** What all parts share: a directory, a Postgres and an upstream of their own. Disposing of it leaves nothing behind. */
export type Workbench = AsyncDisposable &
  Readonly<{
    directory: string;
    children: Children;
    upstreamOrigin: string;
    postgresVersion: string;
    /** Makes a migrated, empty database and gives its URL. */
    createDatabase: (name: string) => Promise<string>;
  }>;

/** @param signal aborts a start that is under way. */
export async function openWorkbench(signal: AbortSignal): Promise<Workbench> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'rowgate-bench-'));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  // As root the server runs as another user, who must be able to enter.
  await chmod(directory, 0o711);
  const postgres = await startEmbeddedPostgres({ home: join(directory, 'home'), signal });
  opened.defer(postgres.close);
  const children = opened.use(keepChildren());
  const upstream = children.start(join(import.meta.dirname, 'upstream-child.ts'), {});
  const { origin } = await messageOf(upstream, z.object({ origin: z.string() }), 10_000);
  const [server] = await query(postgres.url, 'show server_version');
  const owned = opened.move();
  return {
    directory,
    children,
    upstreamOrigin: origin,
    postgresVersion: String(server?.['server_version']),
    createDatabase: async (name) => {
      await query(postgres.url, `create database ${name}`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      await migrate({ url: url.href, caFile: null });
      return url.href;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Runs one statement on a connection of its own. */
export async function query(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  await using connection = await connect(url);
  const { rows } = await connection.client.query<Record<string, unknown>>(text, [...values]);
  return rows;
}

/** A connection that is ended with its scope. Rows have the text there that the product hashes. */
export async function connect(url: string): Promise<AsyncDisposable & Readonly<{ client: pg.Client }>> {
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC -c DateStyle=ISO,YMD' });
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
