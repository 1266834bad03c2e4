import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, unless } from '../../live/node-errors.ts';
import { EmbeddedPostgresError } from './errors.ts';

/**
 * The password of the server in `home`, created if there is none: 32 random bytes as base64url, which need no escaping in a
 * URL or a passfile. `link` creates the file atomically or finds that of another process, so that two concurrent first
 * starts use the same password.
 *
 * @throws EmbeddedPostgresError if there is data, but its password is missing or cannot be read.
 */
export async function homePassword(home: string, dataExists: boolean): Promise<string> {
  const file = join(home, 'postgres.password');
  const found = await readPassword(file);
  if (found !== undefined) return found;
  if (dataExists) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres has data (${join(home, 'postgres')}) but no password: ${file} is missing.`,
      'Restore that file, or move the data away to start with an empty database.',
    );
  }
  const temporary = temporaryFor(file);
  await writeFile(temporary, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  await unless(['EEXIST'], link(temporary, file));
  await rm(temporary);
  return readFile(file, 'utf8');
}

/** A unique name even within this process: `link` shares the inode, so a second writer would change the first one's file. */
function temporaryFor(file: string): string {
  return `${file}.new-${randomBytes(4).toString('hex')}`;
}

async function readPassword(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(
      `The password of the embedded Postgres cannot be read: ${String(error)}`,
      'Start Rowgate as the user who started it first, or in another directory.',
      { cause: error },
    );
  }
}

/**
 * Writes libpq's password file for the current port and returns its path: `PGPASSFILE=… psql -h 127.0.0.1 -p …` then
 * shows no password. libpq ignores the file unless its mode is 0600 (libpq manual, "The Password File").
 */
export async function writePassfile(home: string, port: number, password: string): Promise<string> {
  const file = join(home, 'postgres.passfile');
  const temporary = temporaryFor(file);
  await writeFile(temporary, `127.0.0.1:${port}:*:rowgate:${password}\n`, { mode: 0o600 });
  await rename(temporary, file);
  return file;
}
