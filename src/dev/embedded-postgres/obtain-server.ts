import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Binaries } from './binaries.ts';
import { unless } from '../../live/node-errors.ts';
import { EmbeddedPostgresError, remedyFor } from './errors.ts';
import { launch, type Launched } from './launch.ts';
import { inspectDataDir, pidFile, type Postmaster } from './postmaster.ts';
import type { Account } from './run.ts';
import { openOwnerSession } from './session.ts';

const POLL_MS = 10;
/** Replaying 256 MB of WAL (max_wal_size) takes seconds; this allows for a very slow disk. */
const READY_WITHIN_MS = 120_000;
/** Allows for ports taken between our check and the server's bind, and for races with another start. */
const MAX_LAUNCHES = 5;

export type ServerContext = Readonly<{
  binaries: Binaries;
  account: Account | undefined;
  dataDir: string;
  logFile: string;
  password: string;
  signal: AbortSignal | undefined;
}>;

export type OwnedServer = Readonly<{ server: Postmaster; session: Client; launched: boolean }>;

/**
 * Returns a server on the data directory that this process owns: a running one that a killed process left behind, or one
 * that it starts. The lock of the owner session decides between concurrent processes, no matter which one started the
 * server; the loser gets an error and does not touch the server.
 *
 * @throws EmbeddedPostgresError, or the signal's reason after ending what was started.
 */
export async function obtainServer(context: ServerContext): Promise<OwnedServer> {
  const launches: Launched[] = [];
  try {
    return await untilOwned(context, launches);
  } catch (error) {
    await undo(context, launches);
    throw error;
  }
}

/** Ends a server that we started, unless another process owns it by now. One that is not ready cannot have an owner. */
async function undo({ dataDir, password }: ServerContext, launches: readonly Launched[]): Promise<void> {
  const last = launches.at(-1);
  if (!last || last.exited()) return;
  const use = await inspectDataDir(dataDir);
  const ready = use.state === 'in-use' && use.postmaster.ready;
  const session =
    ready && (await openOwnerSession({ port: use.postmaster.port, password }).catch(() => undefined));
  if (!ready || session) await last.abandon();
  if (session) await session.end();
}

async function untilOwned(context: ServerContext, launches: Launched[]): Promise<OwnedServer> {
  const { dataDir, password, signal } = context;
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    const use = await inspectDataDir(dataDir);
    if (use.state === 'pid-reused') await removeStale(dataDir, use.content);
    if (use.state === 'in-use' && use.postmaster.ready) {
      const session = await openOwnerSession({ port: use.postmaster.port, password });
      if (session)
        return { server: use.postmaster, session, launched: launches.at(-1)?.pid === use.postmaster.pid };
    }
    if (use.state === 'unused') await launchAgain(context, launches);
    await delay(POLL_MS);
  }
  throw new EmbeddedPostgresError(
    `The embedded Postgres is not ready after ${READY_WITHIN_MS / 1000} s. Its log (${context.logFile}) ends with:\n${(await launches.at(-1)?.log()) ?? ''}`,
    'If it is still replaying its log, start Rowgate again later: the server continues from there.',
  );
}

/** Starts the server, unless our last one has not written its postmaster.pid yet. */
async function launchAgain(context: ServerContext, launches: Launched[]): Promise<void> {
  const { binaries, account, dataDir, logFile } = context;
  const last = launches.at(-1);
  if (last && !last.exited()) return;
  if (last) await assertWorthRetrying(last, launches.length, logFile);
  launches.push(await launch(binaries, account, dataDir, logFile));
}

async function assertWorthRetrying(last: Launched, count: number, logFile: string): Promise<void> {
  const log = await last.log();
  const isPermanent = !/Address already in use|lock file "postmaster.pid" already exists/.test(log);
  if (isPermanent || count >= MAX_LAUNCHES) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres did not start. Its log (${logFile}) ends with:\n${log}`,
      remedyFor(log),
    );
  }
}

/**
 * After a reboot or in a restarted container, the old pid may belong to any other program, and Postgres then refuses to
 * start (CreateLockFile in miscinit.c). If old backends survive without their postmaster, the new one still finds their
 * shared memory by the directory's inode, and refuses to start.
 */
async function removeStale(dataDir: string, content: string): Promise<void> {
  const now = await unless(['ENOENT'], readFile(pidFile(dataDir), 'utf8'));
  if (now === content) await rm(pidFile(dataDir), { force: true });
}
