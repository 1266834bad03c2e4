import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort, takesConnections } from '../ports.ts';
import { temporaryDirectory } from '../process.ts';
import { until } from '../until.ts';

export type Pgbouncer = Readonly<{
  /** The given URL with pgbouncer's address. */
  url: string;
  /** Ends it and its connections to the server: before the test database is dropped. */
  close: () => Promise<void>;
}>;

/** Debian's is in /usr/sbin, which an ordinary user's PATH lacks. */
const file = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  .map((directory) => join(directory, 'pgbouncer'))
  .find((path) => existsSync(path));

/** Why tests with pgbouncer cannot run here; null when they can. */
export const pgbouncerMissing =
  file === undefined ? 'pgbouncer is not installed (apt-get install pgbouncer)' : null;

/** It refuses to run as root; any other user id will do, and this one is `nobody`. */
const nobody = 65_534;

/** A pgbouncer on 127.0.0.1 before the server of a URL, for every database there; null where it is not installed. */
export async function startPgbouncer(
  postgresUrl: string,
  poolMode: 'transaction' | 'session',
): Promise<Pgbouncer | null> {
  if (file === undefined) return null;
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await temporaryDirectory('rowgate-pgbouncer-'));
  const port = await freePort();
  const configFile = join(home.path, 'pgbouncer.ini');
  await writeFile(configFile, configuration(postgresUrl, poolMode, port), { mode: 0o600 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(configFile, nobody, nobody);
  const child = spawn(file, [configFile], {
    cwd: home.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit');
  opened.defer(async () => {
    // What SIGTERM does depends on the version: since 1.23 it waits for the clients.
    child.kill('SIGKILL');
    await exited;
  });
  await until('pgbouncer takes connections', () => {
    if (child.exitCode !== null) throw new Error(`It ended instead:\n${output}`);
    return takesConnections(port);
  });
  const url = new URL(postgresUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const owned = opened.move();
  return { url: url.href, close: () => owned.disposeAsync() };
}

/** `auth_type = any` takes every client; the server gets the URL's user and password. */
function configuration(postgresUrl: string, poolMode: string, listenPort: number): string {
  const { hostname, port, username, password } = new URL(postgresUrl);
  const secret = decodeURIComponent(password).replaceAll("'", "''");
  return `[databases]
* = host=${hostname} port=${port || 5432} user=${decodeURIComponent(username)} password='${secret}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = ${poolMode}
`;
}
