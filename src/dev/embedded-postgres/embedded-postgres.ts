import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { assertMayBecome, isRoot, postgresAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { createCluster } from './cluster.ts';
import { errorCode } from '../../live/node-errors.ts';
import { EmbeddedPostgresError, remedyFor } from './errors.ts';
import { type ExistingData, existingData, linkData, placeForData } from './location.ts';
import { obtainServer, type OwnedServer, type ServerContext } from './obtain-server.ts';
import { keepOwnership } from './ownership.ts';
import { homePassword, writePassfile } from './password.ts';
import { ensureDatabase } from './session.ts';
import { stopServer } from './stop.ts';

export type EmbeddedPostgres = Readonly<{
  /** With the password: for the pool, not for a log. */
  url: string;
  port: number;
  /** libpq's PGPASSFILE for this server, so that a person can run psql with no password shown. */
  passfile: string;
  /** A server that a killed process left behind was taken over. */
  adopted: boolean;
  /** The data was made: first start. */
  created: boolean;
  dataDir: string;
  /** Stops the server. Fine when it is dead already, and when called twice. */
  close(): Promise<void>;
}>;

/**
 * A Postgres of our own on 127.0.0.1, with its data in `home/postgres` and the database `rowgate`: made on the first
 * start, found again later, and taken over when a killed process left it running. It outlives a Ctrl-C and a crash of
 * ours, so close it.
 *
 * @param options.home absolute; created when missing. Also holds postgres.password, postgres.passfile and postgres.log.
 * @param options.signal looked at between the steps; what was started is stopped again.
 * @throws EmbeddedPostgresError, which names thing, cause and remedy; or the signal's reason.
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
    throw error === signal?.reason ? error : explained(error, options.home);
  }
}

/** Everything that must be there before a server can start. */
async function prepareData(home: string, signal: AbortSignal | undefined) {
  const existing = await existingData(home);
  const password = await homePassword(home, existing !== undefined);
  const account = existing ? existing.account : isRoot() ? await postgresAccount() : undefined;
  if (account) await assertMayBecome(account);
  const binaries = await findBinaries(account);
  if (existing) {
    assertSameMajor(existing, binaries.major);
    return { password, account, binaries, dataDir: existing.dataDir, created: false };
  }
  signal?.throwIfAborted();
  const dataDir = await placeForData(home, account, password);
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
  // The session stays open while the server stops: as long as that takes new ones, nobody may think it orphaned.
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

/** Gives errors of the system (disk full, no permission) their remedy; ours and the signal's reason have it already. */
function explained(error: unknown, home: string): unknown {
  if (error instanceof EmbeddedPostgresError || errorCode(error) === undefined) return error;
  const problem = `The embedded Postgres of ${home} did not start: ${String(error)}`;
  return new EmbeddedPostgresError(problem, remedyFor(String(error)), { cause: error });
}

function assertSameMajor({ dataDir, version }: ExistingData, major: string): void {
  if (version === major) return;
  throw new EmbeddedPostgresError(
    `${dataDir} was made by Postgres ${version}, and this Rowgate brings Postgres ${major}.`,
    `Dump it with Postgres ${version} and restore it, or move the directory away to start with an empty database.`,
  );
}
