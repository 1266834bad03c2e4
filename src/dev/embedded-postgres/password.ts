import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, unless } from '../../live/node-errors.ts';
import { EmbeddedPostgresError } from './errors.ts';

/**
 * The password of the home's server, made when the home has none: 32 random bytes as base64url, so that it needs no
 * escaping in a URL nor in a passfile. `link` makes the file at once or finds another process's, so two first starts
 * use the same one.
 *
 * @throws EmbeddedPostgresError when there is data but its password is gone or not ours to read.
 */
export async function homePassword(home: string, dataExists: boolean): Promise<string> {
  const file = join(home, 'postgres.password');
  const found = await readPassword(file);
  if (found !== undefined) return found;
  if (dataExists) {
    throw new EmbeddedPostgresError(
      `The data of the embedded Postgres is there (${join(home, 'postgres')}) but its password is not: ${file} is missing.`,
      'Restore that file, or move the data away to start with an empty database.',
    );
  }
  const temporary = temporaryFor(file);
  await writeFile(temporary, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  await unless(['EEXIST'], link(temporary, file));
  await rm(temporary);
  return readFile(file, 'utf8');
}

/** A name of its own even within this process: `link` shares the inode, so a second writer would change the first's. */
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
      'Start Rowgate as the user who started it first, or give it another home.',
      { cause: error },
    );
  }
}

/**
 * Writes libpq's password file for this start's port and gives its path: `PGPASSFILE=… psql -h 127.0.0.1 -p …` then
 * shows no password. libpq ignores the file unless its mode is 0600 (libpq manual, "The Password File").
 */
export async function writePassfile(home: string, port: number, password: string): Promise<string> {
  const file = join(home, 'postgres.passfile');
  const temporary = temporaryFor(file);
  await writeFile(temporary, `127.0.0.1:${port}:*:rowgate:${password}\n`, { mode: 0o600 });
  await rename(temporary, file);
  return file;
}
