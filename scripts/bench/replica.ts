import type { ChildProcess } from 'node:child_process';
import { on } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Dispatcher } from 'undici';
import { startOptions } from './start-options.ts';
import type { Workbench } from './workbench.ts';

/** A process of the product. `client` is one keep-alive connection to it. */
export type Replica = AsyncDisposable &
  Readonly<{ url: string; child: ChildProcess; client: Client; readyMs: number }>;

export type ReplicaOptions = Readonly<{
  databaseUrl: string;
  /** Names the directory that its snapshot file is in: the same name finds it again. */
  name: string;
  env?: Readonly<Record<string, string>>;
  /** Options of Node beside those of `npm start`, such as a limit of its heap. */
  execArgv?: readonly string[];
}>;

const mainFile = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const readyWithinMs = 60_000;
const askEveryMs = 2;

/** Starts a replica and waits for the first 200 of /readyz; `readyMs` counts from just before the spawn. */
export async function startReplica(
  { directory, children, upstreamOrigin }: Workbench,
  { databaseUrl, name, env = {}, execArgv = [] }: ReplicaOptions,
): Promise<Replica> {
  const home = join(directory, name);
  await mkdir(home, { recursive: true });
  const startedAt = performance.now();
  const child = children.start(mainFile, {
    env: {
      PORT: '0',
      DATABASE_URL: databaseUrl,
      AUTH: 'off',
      UPSTREAM_CONNECT_TO: upstreamOrigin,
      SNAPSHOT_PATH: join(home, 'snapshot.json'),
      LOG_LEVEL: 'info',
      ...env,
    },
    execArgv: [...startOptions, ...execArgv],
    output: 'read',
  });
  const url = await listeningUrl(child);
  // The rest is read and dropped: in a pipe that nobody reads the replica's log piles up in its own memory, up to 8 MiB,
  // and writing it takes time. (An abandoned readline interface pauses the stream for good.)
  child.stdout?.resume();
  const client = new Client(url, { pipelining: 1 });
  while ((await statusOf(client, 'GET', '/readyz')) !== 200) {
    if (performance.now() - startedAt > readyWithinMs) throw new Error(`${name} did not become ready.`);
    await delay(askEveryMs);
  }
  const readyMs = performance.now() - startedAt;
  return {
    url,
    child,
    client,
    readyMs,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await children.stop(child);
    },
  };
}

/** Sends one request, reads the whole response and returns its status. */
export async function statusOf(client: Dispatcher, method: 'GET' | 'POST', path: string): Promise<number> {
  const response = await client.request(
    method === 'GET'
      ? { method, path }
      : { method, path, headers: { 'content-type': 'application/json' }, body: '{"domain":"example.com"}' },
  );
  await response.body.dump();
  return response.statusCode;
}

/** Reads the log up to the line that reports the listening address. */
async function listeningUrl(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('The replica has no output to read.');
  let said = '';
  const signal = AbortSignal.timeout(readyWithinMs);
  for await (const [chunk] of on(stdout, 'data', { signal, close: ['end'] })) {
    said += String(chunk);
    const url = /"url":"(http:[^"]+)".*"msg":"listening"/.exec(said)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`The replica ended with ${child.exitCode} before it listened.`);
}
