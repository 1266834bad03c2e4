import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/embedded-postgres.ts';
import { temporaryDirectory } from './process.ts';
import { startTcpProxy } from './proxies/tcp-proxy.ts';
import { until } from './until.ts';

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
    kill: () => killServer(server.dataDir),
    stop: () => server.close(),
    start: async () => {
      await server.close();
      server = await startEmbeddedPostgres({ home: home.path });
      proxy.retarget(server.url);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function killServer(dataDir: string): Promise<void> {
  const postmaster = Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const family = [postmaster, ...(await childrenOf(postmaster))];
  for (const pid of family) kill(pid, 'SIGKILL');
  await until('none of its processes is left', () => family.every((pid) => !kill(pid, 0)));
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid = 0, ppid]) => (ppid === parent && pid > 0 ? [pid] : []));
}

/** Whether there was such a process. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
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
