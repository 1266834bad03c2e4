import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Binaries } from './binaries.ts';
import { unless } from '../../live/node-errors.ts';
import { type Account, spawnOptions } from './run.ts';

/** Only start, stop and errors are logged: this is years of them. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

const FAST_STOP_MS = 5000;

/** A server process that we started, from its spawn to its exit. */
export type Launched = Readonly<{
  pid: number | undefined;
  exited(): boolean;
  /** What it logged since it was started: never an older line, never a statement's text. */
  log(): Promise<string>;
  /** Ends it before anybody could use it. */
  abandon(): Promise<void>;
}>;

/**
 * Starts the server, ready or not, in a session of its own (no Ctrl-C, no end with our death).
 *
 * Not by `pg_ctl start`: that goes through a shell with paths in double quotes, so a `"` or `$` in the checkout's path
 * breaks it; it looks every 100 ms whether the server is up, which costs a fifth of a second start; and we would learn
 * of a failed start only by its timeout. Where the server listens is given as arguments: they outrank postgresql.conf
 * and postgresql.auto.conf, so a setting there cannot open it to the network.
 *
 * @param logFile appended to; one older generation is kept as `.1`.
 */
export async function launch(
  binaries: Binaries,
  account: Account | undefined,
  dataDir: string,
  logFile: string,
): Promise<Launched> {
  if (((await unless(['ENOENT'], stat(logFile)))?.size ?? 0) > MAX_LOG_BYTES)
    await rename(logFile, `${logFile}.1`);
  const port = await freePort();
  // Sockets off: their paths are limited to 107 bytes.
  const listen = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const settings = Object.entries(listen).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(logFile, 'a', 0o600);
  const { size: logStart } = await log.stat();
  const child = spawn(binaries.postgres, ['-D', dataDir, ...settings], {
    ...spawnOptions(account),
    stdio: ['ignore', log.fd, log.fd],
  });
  let spawnError = '';
  child.once('error', (error) => {
    spawnError = String(error);
  });
  const exited = () => spawnError !== '' || child.exitCode !== null || child.signalCode !== null;
  child.unref();
  await log.close();
  return {
    pid: child.pid,
    exited,
    log: async () =>
      spawnError || withoutStatements((await readFile(logFile)).subarray(logStart).toString('utf8')),
    abandon: async () => {
      if (exited()) return;
      const exit = once(child, 'exit');
      child.ref();
      child.kill('SIGINT');
      // 18.4 can wait for ever when a fast stop meets the replay of its log; an immediate one it obeys.
      const insist = setTimeout(() => child.kill('SIGQUIT'), FAST_STOP_MS);
      await exit;
      clearTimeout(insist);
    },
  };
}

function withoutStatements(log: string): string {
  const lines = log.split('\n').filter((line) => line !== '' && !line.includes('STATEMENT:'));
  return lines.slice(-12).join('\n');
}

/** A port that was free a moment ago; when it is not any more, the server says so and gets another one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
