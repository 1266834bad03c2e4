import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canEnter, isRoot } from './account.ts';
import { unless } from '../../live/node-errors.ts';
import { EmbeddedPostgresError, USE_YOUR_OWN } from './errors.ts';
import type { Account } from './run.ts';

/** Where root puts data that the server's account could not access in the home directory. */
const SYSTEM_HOME = '/var/lib/rowgate';

export type ExistingData = Readonly<{ dataDir: string; version: string; account: Account | undefined }>;

/**
 * The existing data: in `home/postgres`, or at the target of that link. If we are root, its owner serves it, so that data
 * created by an ordinary user keeps working under sudo.
 *
 * @throws EmbeddedPostgresError for data that cannot be served, with the reason.
 */
export async function existingData(home: string): Promise<ExistingData | undefined> {
  const path = join(home, 'postgres');
  if (!(await unless(['ENOENT'], lstat(path)))) return undefined;
  const dataDir = await unless(['ENOENT'], realpath(path));
  if (dataDir === undefined) {
    throw new EmbeddedPostgresError(
      `${path} is a link to the data of the embedded Postgres, which no longer exists.`,
      `Restore it, or remove the link to start with an empty database. ${USE_YOUR_OWN}`,
    );
  }
  const { uid, gid } = await stat(dataDir);
  const account = isRoot() ? { name: `uid ${uid}`, uid, gid } : undefined;
  await assertServable(dataDir, uid, account);
  const version = await unless(['ENOENT', 'ENOTDIR'], readFile(join(dataDir, 'PG_VERSION'), 'utf8'));
  if (version === undefined) {
    throw new EmbeddedPostgresError(
      `${dataDir} is not a Postgres data directory: it has no PG_VERSION.`,
      'Move it away: Rowgate creates the directory itself.',
    );
  }
  // Postgres refuses any other mode, and copies, restores and volume drivers change it.
  if (process.platform !== 'win32') await chmod(dataDir, 0o700);
  return { dataDir, version: version.trim(), account };
}

async function assertServable(dataDir: string, owner: number, account: Account | undefined): Promise<void> {
  if (account && owner === 0) {
    throw new EmbeddedPostgresError(
      `${dataDir} belongs to root, and Postgres refuses to run as root.`,
      `Change its owner to the user that runs the server: chown -R postgres '${dataDir}'.`,
    );
  }
  const self = process.getuid?.();
  if (!account && self !== undefined && owner !== self) {
    throw new EmbeddedPostgresError(
      `${dataDir} belongs to uid ${owner}, but Rowgate runs as uid ${self}.`,
      `Start Rowgate as the user who started it first, or in another directory. ${USE_YOUR_OWN}`,
    );
  }
  if (account && !(await canEnter(account, dataDir))) {
    throw new EmbeddedPostgresError(
      `${dataDir} cannot be entered by ${account.name}, which owns it: that user has no access to ${await inaccessibleParent(account, dataDir)}.`,
      'Make that directory accessible (chmod o+x), or move Rowgate out of it.',
    );
  }
}

async function inaccessibleParent(account: Account, directory: string): Promise<string> {
  const parent = dirname(directory);
  if (parent === directory || (await canEnter(account, parent))) return directory;
  return inaccessibleParent(account, parent);
}

/** The path of a new data directory: in `home`, unless we are root and the server's account cannot enter that. */
export async function chooseDataDir(
  home: string,
  account: Account | undefined,
  password: string,
): Promise<string> {
  if (!account || (await canEnter(account, home))) return join(home, 'postgres');
  // Includes the password, which is new if the home directory was deleted and created again: it must not find old data.
  const id = createHash('sha256').update(`${home}\0${password}`).digest('hex').slice(0, 12);
  return join(await systemHome(), id);
}

/** Links `home/postgres` to data that is elsewhere, so that later starts find it even if permissions change. */
export async function linkData(home: string, dataDir: string): Promise<void> {
  const path = join(home, 'postgres');
  if (dataDir !== path) await unless(['EEXIST'], symlink(dataDir, path));
}

/** Root's directory for the server's account, which can enter it whatever our umask is. */
export async function systemHome(): Promise<string> {
  if (await mkdir(SYSTEM_HOME, { recursive: true })) await chmod(SYSTEM_HOME, 0o755);
  return SYSTEM_HOME;
}
