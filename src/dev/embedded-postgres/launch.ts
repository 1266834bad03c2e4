import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Binaries } from './binaries.ts';
import { unless } from '../../live/node-errors.ts';
import { type Account, spawnOptions } from './run.ts';

/** Only start, stop and errors are logged: this lasts for years. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

const FAST_STOP_MS = 5000;

/** A server process that we started, from its spawn to its exit. */
export type Launched = Readonly<{
  pid: number | undefined;
  exited(): boolean;
  /** Its log since the start, without older lines and without the text of statements. */
  log(): Promise<string>;
  /** Ends it before anyone uses it. */
  abandon(): Promise<void>;
}>;

/**
 * Starts the server, without waiting until it is ready, in its own session, so that it survives a Ctrl-C and the death of
 * this process.
 *
 * Not with `pg_ctl start`: that uses a shell with paths in double quotes, so a `"` or `$` in the checkout's path breaks it;
 * it polls every 100 ms, which adds a fifth to the second start; and a failed start would only be noticed by its timeout.
 * The listen address is passed as an argument, which takes precedence over postgresql.conf and postgresql.auto.conf, so
 * that a setting there cannot open the server to the network.
 *
 * @param logFile is appended to; one older file is kept as `.1`.
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
      // 18.4 can wait forever if a fast stop interrupts WAL replay; an immediate stop always works.
      const forceTimer = setTimeout(() => child.kill('SIGQUIT'), FAST_STOP_MS);
      await exit;
      clearTimeout(forceTimer);
    },
  };
}

function withoutStatements(log: string): string {
  const lines = log.split('\n').filter((line) => line !== '' && !line.includes('STATEMENT:'));
  return lines.slice(-12).join('\n');
}

/** A port that was free a moment ago; if it no longer is, the server reports it and gets another one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
