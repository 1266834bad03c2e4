import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { assertCanSwitchTo, isRoot, postgresAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { createCluster } from './cluster.ts';
import { errorCode } from '../../live/node-errors.ts';
import { EmbeddedPostgresError, remedyFor } from './errors.ts';
import { type ExistingData, existingData, linkData, chooseDataDir } from './location.ts';
import { obtainServer, type OwnedServer, type ServerContext } from './obtain-server.ts';
import { keepOwnership } from './ownership.ts';
import { homePassword, writePassfile } from './password.ts';
import { ensureDatabase } from './session.ts';
import { stopServer } from './stop.ts';

export type EmbeddedPostgres = Readonly<{
  /** Contains the password: for the pool, never for a log. */
  url: string;
  port: number;
  /** libpq's PGPASSFILE for this server, so that psql can be run without showing the password. */
  passfile: string;
  /** Whether a server that a killed process left behind was taken over. */
  adopted: boolean;
  /** Whether the data directory was created: the first start. */
  created: boolean;
  dataDir: string;
  /** Stops the server. Safe to call if it has stopped already, and more than once. */
  close(): Promise<void>;
}>;

/**
 * Starts the embedded Postgres on 127.0.0.1, with its data in `home/postgres` and the database `rowgate`: created on the
 * first start, reused later, and taken over if a killed process left it running. It survives a Ctrl-C and a crash of this
 * process, so close it.
 *
 * @param options.home absolute; created if missing. Also contains postgres.password, postgres.passfile and postgres.log.
 * @param options.signal checked between the steps; if it aborts, a started server is stopped again.
 * @throws EmbeddedPostgresError with the cause and the remedy, or the signal's reason.
 */
export async function startEmbeddedPostgres(options: {
  home: string;
  signal?: AbortSignal;
}): Promise<EmbeddedPostgres> {
  const { signal } = options;
  try {
    signal?.throwIfAborted();
    await mkdir(options.home, { recursive: true });
    const home = await realpath(options.home);
    const prepared = await prepareData(home, signal);
    signal?.throwIfAborted();
    const context = { ...prepared, logFile: join(home, 'postgres.log'), signal };
    return await open(home, prepared.created, context, await obtainServer(context));
  } catch (error) {
    throw error === signal?.reason ? error : withRemedy(error, options.home);
  }
}

/** Prepares everything that a server needs to start. */
async function prepareData(home: string, signal: AbortSignal | undefined) {
  const existing = await existingData(home);
  const password = await homePassword(home, existing !== undefined);
  const account = existing ? existing.account : isRoot() ? await postgresAccount() : undefined;
  if (account) await assertCanSwitchTo(account);
  const binaries = await findBinaries(account);
  if (existing) {
    assertSameMajor(existing, binaries.major);
    return { password, account, binaries, dataDir: existing.dataDir, created: false };
  }
  signal?.throwIfAborted();
  const dataDir = await chooseDataDir(home, account, password);
  const created = await createCluster(binaries, account, dataDir, password);
  await linkData(home, dataDir);
  return { password, account, binaries, dataDir, created };
}

async function open(
  home: string,
  created: boolean,
  context: ServerContext,
  { server, session, launched }: OwnedServer,
): Promise<EmbeddedPostgres> {
  const { binaries, account, dataDir, password, signal } = context;
  const { port } = server;
  const ownership = keepOwnership(session, { port, password });
  // The session stays open while the server stops: as long as it accepts sessions, no process may take it over.
  const stop = async () => {
    if (!(await ownership.wasTaken())) await stopServer(binaries, account, dataDir, server);
    await ownership.release();
  };
  let stopping: Promise<void> | undefined;
  const close = () => (stopping ??= stop());
  try {
    await ensureDatabase(session);
    const passfile = await writePassfile(home, port, password);
    signal?.throwIfAborted();
    const url = `postgres://rowgate:${password}@127.0.0.1:${port}/rowgate`;
    return { url, port, passfile, adopted: !launched, created, dataDir, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Adds the remedy to a system error (disk full, no permission); our own errors and the signal's reason have one. */
function withRemedy(error: unknown, home: string): unknown {
  if (error instanceof EmbeddedPostgresError || errorCode(error) === undefined) return error;
  const problem = `The embedded Postgres in ${home} did not start: ${String(error)}`;
  return new EmbeddedPostgresError(problem, remedyFor(String(error)), { cause: error });
}

function assertSameMajor({ dataDir, version }: ExistingData, major: string): void {
  if (version === major) return;
  throw new EmbeddedPostgresError(
    `${dataDir} was created by Postgres ${version}, but this version of Rowgate includes Postgres ${major}.`,
    `Dump it with Postgres ${version} and restore it, or move the directory away to start with an empty database.`,
  );
}
