import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isRunning, type Postmaster } from './postmaster.ts';
import { type Account, run } from './run.ts';

/** `fast` ends the sessions and writes a checkpoint; `immediate` leaves the WAL to be replayed. Neither loses data. */
const STEPS = [
  { mode: 'fast', seconds: 20 },
  { mode: 'immediate', seconds: 10 },
] as const;

/**
 * Stops this server. Does nothing if it is no longer running, even if its pid now belongs to another program, which
 * `pg_ctl stop` alone would signal.
 *
 * @throws EmbeddedPostgresError if it is still running after 30 s.
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
    `Its data is safe. Check the process (a stuck disk can keep it from ending) and end it: kill -9 ${server.pid}.`,
  );
}
