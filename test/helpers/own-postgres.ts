import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/embedded-postgres.ts';
import { copyEmbeddedHome, killEmbedded } from './embedded-home.ts';
import { temporaryDirectory } from './process.ts';
import { startTcpProxy } from './proxies/tcp-proxy.ts';

export type OwnPostgres = AsyncDisposable &
  Readonly<{
    /** Stays the same over restarts, as a service's name does: a TCP proxy is in front. */
    url: string;
    /** Runs one statement, or several without values. */
    query: (text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
    /** Runs statements in a session of their own, which stays open until the server ends. */
    hold: (text: string) => Promise<void>;
    /** Ends every process of it at once, the backends too, by SIGKILL. */
    kill: () => Promise<void>;
    /** Ends it as an operator does: sessions are closed and told so. */
    stop: () => Promise<void>;
    start: () => Promise<void>;
  }>;

/** A Postgres server for one test, which may do with its processes what it likes. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await temporaryDirectory('rowgate-own-postgres-'));
  await copyEmbeddedHome(home.path);
  let server = await startEmbeddedPostgres({ home: home.path });
  opened.defer(() => server.close());
  const proxy = await startTcpProxy(server.url);
  opened.defer(proxy.close);
  const owned = opened.move();
  return {
    url: proxy.url(server.url),
    query: (text, values = []) => queryOnce(server.url, text, values),
    hold: async (text) => {
      const client = new pg.Client(server.url);
      client.on('error', () => undefined);
      await client.connect();
      await client.query(text);
    },
    kill: () => killEmbedded(home.path),
    stop: () => server.close(),
    start: async () => {
      await server.close();
      server = await startEmbeddedPostgres({ home: home.path });
      proxy.retarget(server.url);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function queryOnce(url: string, text: string, values: readonly unknown[]) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
    return rows ?? [];
  } finally {
    await client.end();
  }
}
