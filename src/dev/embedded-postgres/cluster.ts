import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAtomically } from './create-atomically.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError, remedyFor } from './errors.ts';
import { type Account, run } from './run.ts';

/** Initial settings in postgresql.conf, where people can change them, or with ALTER SYSTEM. */
const SETTINGS = {
  shared_buffers: '32MB',
  // Limits the WAL to replay after a kill -9, and its disk space (default 1 GB).
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  // Three fewer processes; the default of 18, "worker", is for tables larger than memory.
  io_method: 'sync',
  // Parallel queries use /dev/shm, and a container has only 64 MB of it.
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
} as const;

/**
 * Creates the data directory with initdb: UTF8, scram-sha-256 for everyone, superuser `rowgate`.
 *
 * The builtin provider's C.UTF-8 sorts by code point on every system; libc's C.UTF-8 does not exist everywhere
 * (macOS, CentOS 7). initdb syncs its files: --no-sync would save 0.1 s of 0.6 s, but lose the database of anyone whose
 * machine loses power in the first minute.
 *
 * @returns false if another process created it first.
 */
export function createCluster(
  binaries: Binaries,
  account: Account | undefined,
  dataDir: string,
  password: string,
) {
  return createAtomically(dataDir, async (temporary) => {
    const pwfile = join(temporary, 'password');
    const made = join(temporary, 'data');
    await writeFile(pwfile, password, { mode: 0o600 });
    if (account) {
      await chown(temporary, account.uid, account.gid);
      await chown(pwfile, account.uid, account.gid);
    }
    await initdb(binaries, account, made, pwfile);
    await rm(pwfile);
    return made;
  });
}

async function initdb(
  binaries: Binaries,
  account: Account | undefined,
  made: string,
  pwfile: string,
): Promise<void> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const locale = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--username=rowgate', '--auth=scram-sha-256', `--pwfile=${pwfile}`];
  const args = [`--pgdata=${made}`, ...access, ...locale, '--no-instructions', ...settings];
  const { code, output } = await run(binaries.initdb, args, account);
  if (code === 0) return;
  const lines = output.split('\n').slice(-8).join('\n');
  throw new EmbeddedPostgresError(
    `initdb could not create the data directory of the embedded Postgres (exit ${code}):\n${lines}`,
    remedyFor(output),
  );
}
