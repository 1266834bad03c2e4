import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isRunning, type Postmaster } from './postmaster.ts';
import { type Account, run } from './run.ts';

/** Fast ends the sessions and writes a checkpoint; immediate leaves the log to be replayed. Nothing is lost by either. */
const STEPS = [
  { mode: 'fast', seconds: 20 },
  { mode: 'immediate', seconds: 10 },
] as const;

/**
 * Stops this very server. It is fine when that one is dead, also when its pid is another program's by now, which
 * `pg_ctl stop` alone would signal.
 *
 * @throws EmbeddedPostgresError when it outlives 30 s.
 */
export async function stopServer(
  binaries: Binaries,
  account: Account | undefined,
  dataDir: string,
  server: Postmaster,
): Promise<void> {
  for (const { mode, seconds } of STEPS) {
    if (!(await isRunning(dataDir, server))) return;
    await run(binaries.pgCtl, ['stop', '-D', dataDir, '-m', mode, '-w', '-t', String(seconds)], account);
  }
  if (!(await isRunning(dataDir, server))) return;
  throw new EmbeddedPostgresError(
    `The embedded Postgres (process ${server.pid}) does not stop.`,
    `Its data is safe. Look at the process (a stuck disk keeps it from ending) and end it: kill -9 ${server.pid}.`,
  );
}
